using System.Text.RegularExpressions;
using AnyAscii;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;

namespace Comments;

/// <summary>Which article a thread of the file is about, as far as the file has said.</summary>
internal sealed partial class KnownArticles(IDocumentStore store)
{
    private const string HasSlug = "exists (select from jsonb_each(d.data -> 'headings') h where h.value ->> 'slug' = ?)";
    private readonly Dictionary<string, string[]> _names = [];
    private readonly Dictionary<string, Guid?> _found = [];

    /// <summary>What a thread was called: ids, addresses.</summary>
    public void Named(string thread, params string[] names) => _names[thread] = names;

    public async Task<Guid> Of(string thread, CancellationToken ct)
    {
        if (!_found.TryGetValue(thread, out var article)) _found[thread] = article = await Find(_names.GetValueOrDefault(thread) ?? [], ct);
        return article
            ?? throw new NotFound("There is no published article it could belong to: none has the id or the address of its thread.");
    }

    private async Task<Guid?> Find(string[] names, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        foreach (var name in names.Where(n => n.Length > 0))
        {
            if (Guid.TryParse(name, out var id) && await session.LoadAsync<ArticleCopy>(Streams.Article(id), ct) is not null) return id;
            foreach (var slug in Slugs(name))
                if (await session.Query<ArticleCopy>().Where(a => a.MatchesSql(HasSlug, slug)).FirstOrDefaultAsync(ct) is { } article)
                    return Streams.Id(article.Id);
        }
        return null;
    }

    /// <summary>
    /// The slugs that an article of that name or address may have here: as it stands there, and in Latin letters, as the articles service
    /// makes slugs of names in other scripts.
    /// </summary>
    internal static IReadOnlyList<string> Slugs(string name)
    {
        var last = Uri.TryCreate(name, UriKind.Absolute, out var address)
            ? address.Segments.Select(s => s.Trim('/')).LastOrDefault(s => s.Length > 0 && !Variant().IsMatch(s)) ?? ""
            : name;
        for (var (before, tries) = ("", 0); before != last && tries < 3; tries++) (before, last) = (last, Uri.UnescapeDataString(last));
        var bare = Ending().Replace(last, "");
        var latin = NotInSlug().Replace(bare.Transliterate().ToLowerInvariant(), "-").Trim('-');
        return [.. new[] { last, bare, latin.Length > 120 ? latin[..120].TrimEnd('-') : latin }.Where(s => s.Length > 0).Distinct()];
    }

    /// <summary>What is added to an address for another view of the same page.</summary>
    [GeneratedRegex(@"^(amp|amp\.html|feed|embed|trackback|print|index\.(html?|php)|comment-page-\d+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Variant();

    [GeneratedRegex(@"(\.amp)?\.(html?|php|aspx?|amp)$", RegexOptions.IgnoreCase)]
    private static partial Regex Ending();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInSlug();
}
