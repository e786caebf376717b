using Marten;
using Platform.EventSourcing;

namespace Articles;

/// <summary>The slug belongs to this article from now on.</summary>
public sealed record SlugTaken(Guid ArticleId);
/// <summary>The slug is free again: no reader ever saw it.</summary>
public sealed record SlugReleased;

/// <summary>Whose slug it is. A stream of each slug's own lets the store itself refuse a second owner, whoever comes first.</summary>
public sealed record SlugOwner : Stored, IState<SlugOwner>
{
    public string Id { get; init; } = "";
    public Guid? ArticleId { get; init; }

    public SlugOwner Evolve(object @event) => @event switch
    {
        SlugTaken e => this with { ArticleId = e.ArticleId },
        SlugReleased _ => this with { ArticleId = null },
        _ => this,
    };
}

/// <summary>The slug belongs to another article: 409.</summary>
public sealed class SlugIsTaken(string reason) : Rejected(reason);

/// <summary>Which slugs an article has, had and may have.</summary>
public static class Slugs
{
    public static IEnumerable<object> Take(string slug, Guid article, SlugOwner? owner)
    {
        if (owner?.ArticleId is { } other && other != article)
            throw new SlugIsTaken($"The slug \"{slug}\" belongs to another article. Choose another.");
        if (owner?.ArticleId is null) yield return new SlugTaken(article);
    }

    public static IEnumerable<object> Release(Guid article, SlugOwner? owner)
    {
        if (owner?.ArticleId == article) yield return new SlugReleased();
    }

    /// <summary>The slugs of a content and their languages.</summary>
    public static IReadOnlyDictionary<string, string> Of(Content content)
    {
        var slugs = new Dictionary<string, string>();
        foreach (var (language, text) in content.Texts.OrderBy(t => Languages.Rank(t.Key))) slugs.TryAdd(text.Slug, language);
        return slugs;
    }

    public static IReadOnlyDictionary<string, string> Add(
        IReadOnlyDictionary<string, string> slugs, IReadOnlyDictionary<string, string>? more)
    {
        if (more is null || more.All(m => slugs.TryGetValue(m.Key, out var language) && language == m.Value)) return slugs;
        var all = new Dictionary<string, string>(slugs);
        foreach (var (slug, language) in more) all[slug] = language;
        return all;
    }

    /// <summary>
    /// Takes what the article has now, and lets go what it had in its draft only: in the transaction that stores the article.
    /// </summary>
    public static async Task Follow(IDocumentSession session, Guid id, Article? before, Article after, CancellationToken ct)
    {
        var (had, has) = (Owned(before), Owned(after));
        // In one order, so that two transactions never wait for each other's slugs.
        foreach (var slug in had.Concat(has).Distinct().Order(StringComparer.Ordinal).ToArray())
        {
            if (had.Contains(slug) == has.Contains(slug)) continue;
            await session.Beside<SlugOwner>(
                Streams.Slug(slug), owner => has.Contains(slug) ? Take(slug, id, owner) : Release(id, owner), ct);
        }
    }

    /// <summary>
    /// A free slug for a text without one: the one made of its title, or with a number if another article has that, or with the end of the
    /// article's id if the numbers up to 50 are taken too or another article may take the same number at this moment
    /// (<paramref name="contended"/>).
    /// </summary>
    public static async Task<string> Choose(IQuerySession session, Guid id, string made, bool contended, CancellationToken ct)
    {
        var first = await session.LoadAsync<SlugOwner>(Streams.Slug(made), ct);
        if (first?.ArticleId is null || first.ArticleId == id) return made;
        var candidates = Enumerable.Range(2, 49).Select(n => Suffixed(made, $"{n}")).ToArray();
        var owners =
            (await session.LoadManyAsync<SlugOwner>(ct, candidates.Select(Streams.Slug))).ToDictionary(o => o.Id, o => o.ArticleId);
        return candidates.FirstOrDefault(c => owners.TryGetValue(Streams.Slug(c), out var owner) && owner == id)
            ?? (contended ? null : candidates.FirstOrDefault(c => owners.GetValueOrDefault(Streams.Slug(c)) is null))
            ?? Suffixed(made, $"{id:N}"[^12..]);
    }

    /// <summary>Writes once more, with contended slugs, if another article took a chosen slug at the same moment.</summary>
    /// <exception cref="SlugIsTaken">A slug that the caller gave belongs to another article.</exception>
    public static async Task<Decision> Contend(Func<bool, Task<Decision>> write)
    {
        try { return await write(false); }
        catch (SlugIsTaken) { return await write(true); }
    }

    private static string Suffixed(string slug, string suffix)
    {
        var length = Slug.MaxLength - suffix.Length - 1;
        return $"{(slug.Length > length ? slug[..length].TrimEnd('-') : slug)}-{suffix}";
    }

    private static HashSet<string> Owned(Article? article) =>
        article is null ? [] : [.. article.PublicSlugs.Keys, .. article.Draft?.Texts.Values.Select(t => t.Slug) ?? []];
}
