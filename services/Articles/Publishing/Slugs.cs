using Articles.Texts;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>The slug was reserved for an article.</summary>
public sealed record SlugTaken(Guid ArticleId);
/// <summary>The slug is free again, because it was never published.</summary>
public sealed record SlugReleased;

/// <summary>
/// The article that owns a slug. Each slug has its own stream, so that the store rejects the second of two concurrent reservations.
/// </summary>
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

/// <summary>The slug belongs to another article. Answered with 409.</summary>
public sealed class SlugIsTaken(string reason) : Rejected(reason);

/// <summary>Chooses, reserves and releases the slugs of articles.</summary>
public static class Slugs
{
    public static IEnumerable<object> Claim(string slug, Guid article, SlugOwner? owner)
    {
        if (owner?.ArticleId is { } other && other != article)
            throw new SlugIsTaken($"The slug \"{slug}\" belongs to another article. Choose a different slug.");
        if (owner?.ArticleId is null) yield return new SlugTaken(article);
    }

    public static IEnumerable<object> Release(Guid article, SlugOwner? owner)
    {
        if (owner?.ArticleId == article) yield return new SlugReleased();
    }

    /// <summary>The slugs of the texts, and the language of each.</summary>
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
    /// Reserves the slugs that the article has now, and releases those that only its previous draft had. This happens in the transaction
    /// that stores the article.
    /// </summary>
    public static async Task Reserve(
        IDocumentSession session,
        Guid id,
        Article? before,
        Article after,
        CancellationToken ct)
    {
        var (had, has) = (Owned(before), Owned(after));
        // Sorted, so that two transactions that reserve the same slugs cannot deadlock.
        foreach (var slug in had.Concat(has).Distinct().Order(StringComparer.Ordinal).ToArray())
        {
            if (had.Contains(slug) == has.Contains(slug)) continue;
            await session.AlsoDecide<SlugOwner>(
                Streams.Slug(slug), owner => has.Contains(slug) ? Claim(slug, id, owner) : Release(id, owner), ct);
        }
    }

    /// <summary>
    /// Chooses a free slug for a text without one. If the preferred slug belongs to another article, a number is appended. The end of the
    /// article's id is appended instead if all numbers up to 50 are taken, or if another article may be choosing the same number at the
    /// same time (<paramref name="contended"/>).
    /// </summary>
    public static async Task<string> Choose(
        IQuerySession session,
        Guid id,
        string preferred,
        bool contended,
        CancellationToken ct)
    {
        var first = await session.LoadAsync<SlugOwner>(Streams.Slug(preferred), ct);
        if (first?.ArticleId is null || first.ArticleId == id) return preferred;
        var candidates = Enumerable.Range(2, 49).Select(n => Suffixed(preferred, $"{n}")).ToArray();
        var owners =
            (await session.LoadManyAsync<SlugOwner>(ct, candidates.Select(Streams.Slug))).ToDictionary(o => o.Id, o => o.ArticleId);
        return candidates.FirstOrDefault(c => owners.TryGetValue(Streams.Slug(c), out var owner) && owner == id)
            ?? (contended ? null : candidates.FirstOrDefault(c => owners.GetValueOrDefault(Streams.Slug(c)) is null))
            ?? Suffixed(preferred, $"{id:N}"[^12..]);
    }

    /// <summary>
    /// If another article reserved a chosen slug at the same time, retries once with slugs that no other article can choose.
    /// </summary>
    /// <exception cref="SlugIsTaken">A slug that the caller specified belongs to another article.</exception>
    public static async Task<Decision<Article>> RetryIfTaken(Func<bool, Task<Decision<Article>>> write)
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
