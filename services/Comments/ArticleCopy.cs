using Platform.EventSourcing;

namespace Comments;

/// <summary>An article's title and address in one language.</summary>
public sealed record Heading(string Title, string Slug);

/// <summary>The articles service said so, at that version of the article: readers see it, or see it no more. What a retraction does not say stays as it was.</summary>
public sealed record ArticleSeen(long ArticleVersion, bool Retracted)
{
    public string? Section { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public Dictionary<string, Heading>? Headings { get; init; }
}

/// <summary>This service's copy of another's fact: is there such an article, and may it be discussed?</summary>
public sealed record ArticleCopy : IState<ArticleCopy>
{
    public string Id { get; init; } = "";
    public long ArticleVersion { get; init; }
    public bool Retracted { get; init; }
    public string? Section { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public Dictionary<string, Heading>? Headings { get; init; }

    public ArticleCopy Evolve(object @event) => @event is ArticleSeen e
        ? this with { ArticleVersion = e.ArticleVersion, Retracted = e.Retracted, Section = e.Section ?? Section, PublishedAt = e.PublishedAt ?? PublishedAt, Headings = e.Headings ?? Headings }
        : this;

    public static IEnumerable<object> See(ArticleCopy? copy, long version, bool retracted) => See(copy, new ArticleSeen(version, retracted));

    /// <summary>A version already seen, or an older one that comes late, changes nothing; unless it was seen when less was kept of it.</summary>
    public static IEnumerable<object> See(ArticleCopy? copy, ArticleSeen seen)
    {
        var known = copy?.ArticleVersion ?? 0;
        if (seen.ArticleVersion > known || (seen.ArticleVersion == known && copy!.Section is null && seen.Section is not null)) yield return seen;
    }

    /// <summary>Its heading in the first of our languages it has.</summary>
    public (string Lang, Heading Heading)? First() => new[] { "en", "ru", "zh" }.Where(l => Headings?.ContainsKey(l) == true).Select(l => ((string, Heading)?)(l, Headings![l])).FirstOrDefault();
}
