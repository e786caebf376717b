using System.Text.RegularExpressions;
using AnyAscii;
using Comments.Threads;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>Finds the articles of the threads in an import file, by the names that the file has given the threads so far.</summary>
internal sealed partial class KnownArticles(IDocumentStore store)
{
    private const string HasSlug = "exists (select from jsonb_each(d.data -> 'headings') h where h.value ->> 'slug' = ?)";
    private readonly Dictionary<string, string[]> _threadNames = [];
    private readonly Dictionary<string, Guid?> _found = [];

    /// <summary>Records the ids and addresses of a thread, by which its article is searched.</summary>
    public void AddThread(string thread, params string[] names) => _threadNames[thread] = names;

    public async Task<Guid> Find(string thread, CancellationToken ct)
    {
        if (!_found.TryGetValue(thread, out var article))
            _found[thread] = article = await Search(_threadNames.GetValueOrDefault(thread) ?? [], ct);
        return article
            ?? throw new NotFound("There is no published article with an id or an address of this comment's thread.");
    }

    private async Task<Guid?> Search(string[] names, CancellationToken ct)
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
    /// The slugs that the article with this name or address may have here: unchanged, and transliterated to Latin letters as the articles
    /// service does it.
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

    /// <summary>Path segments of other views of the same page.</summary>
    [GeneratedRegex(@"^(amp|amp\.html|feed|embed|trackback|print|index\.(html?|php)|comment-page-\d+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Variant();

    [GeneratedRegex(@"(\.amp)?\.(html?|php|aspx?|amp)$", RegexOptions.IgnoreCase)]
    private static partial Regex Ending();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInSlug();
}
