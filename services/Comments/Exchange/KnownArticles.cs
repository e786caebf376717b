using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;

namespace Comments;

/// <summary>Which article a thread of the file is about, as far as the file has said.</summary>
internal sealed class KnownArticles(IDocumentStore store)
{
    private readonly Dictionary<string, string[]> _names = [];
    private readonly Dictionary<string, Guid?> _found = [];

    /// <summary>What a thread was called: ids, addresses.</summary>
    public void Named(string thread, params string[] names) => _names[thread] = names;

    public async Task<Guid> Of(string thread, CancellationToken ct)
    {
        if (!_found.TryGetValue(thread, out var article)) _found[thread] = article = await Find(_names.GetValueOrDefault(thread) ?? [], ct);
        return article ?? throw new NotFound("There is no published article it could belong to: none has the id or the address of its thread.");
    }

    private async Task<Guid?> Find(string[] names, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        foreach (var name in names.Where(n => n.Length > 0))
        {
            if (Guid.TryParse(name, out var id) && await session.LoadAsync<ArticleCopy>(Streams.Article(id), ct) is not null) return id;
            var slug = Uri.TryCreate(name, UriKind.Absolute, out var address) ? Uri.UnescapeDataString(address.Segments[^1].Trim('/')) : name;
            if (slug.Length > 0 && await session.Query<ArticleCopy>().Where(a => a.MatchesSql("exists (select from jsonb_each(d.data -> 'headings') h where h.value ->> 'slug' = ?)", slug)).FirstOrDefaultAsync(ct) is { } article)
                return Streams.Id(article.Id);
        }
        return null;
    }
}
