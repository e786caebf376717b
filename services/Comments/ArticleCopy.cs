using Platform.EventSourcing;

namespace Comments;

/// <summary>An article's title and address in one language.</summary>
public sealed record Heading(string Title, string Slug) : Stored;

/// <summary>The articles service said so, at that version of the article: readers see it, or see it no more. What a retraction does not say stays as it was.</summary>
public sealed record ArticleSeen(long ArticleVersion, bool Retracted)
{
    public string? Section { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public Dictionary<string, Heading>? Headings { get; init; }

    /// <summary>The version of the article at which these were its section and titles, where that is older than what was seen of it already.</summary>
    public long? DetailsOf { get; init; }
}

/// <summary>This service's copy of another's fact: is there such an article, and may it be discussed?</summary>
public sealed record ArticleCopy : Stored, IState<ArticleCopy>
{
    public string Id { get; init; } = "";
    public long ArticleVersion { get; init; }
    public bool Retracted { get; init; }
    public string? Section { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public Dictionary<string, Heading>? Headings { get; init; }
    public long DetailsVersion { get; init; }

    public ArticleCopy Evolve(object @event) => @event is ArticleSeen e
        ? this with { ArticleVersion = e.ArticleVersion, Retracted = e.Retracted, Section = e.Section ?? Section, PublishedAt = e.PublishedAt ?? PublishedAt, Headings = e.Headings ?? Headings, DetailsVersion = e.Section is null ? DetailsVersion : e.DetailsOf ?? e.ArticleVersion }
        : this;

    public static IEnumerable<object> See(ArticleCopy? copy, long version, bool retracted) => See(copy, new ArticleSeen(version, retracted));

    /// <summary>
    /// A version already seen, or an older one that comes late, changes nothing; but what a retraction that came first could not say is taken from it. So the copy is
    /// the same in whatever order its messages come.
    /// </summary>
    public static IEnumerable<object> See(ArticleCopy? copy, ArticleSeen seen)
    {
        if (copy is null || seen.ArticleVersion > copy.ArticleVersion) yield return seen;
        else if (seen.Section is not null && seen.ArticleVersion > copy.DetailsVersion)
            yield return seen.ArticleVersion == copy.ArticleVersion ? seen : seen with { ArticleVersion = copy.ArticleVersion, Retracted = copy.Retracted, DetailsOf = seen.ArticleVersion };
    }

    /// <summary>Its heading in the first of our languages it has.</summary>
    public (string Lang, Heading Heading)? First() => Languages.All.Where(l => Headings?.ContainsKey(l) == true).Select(l => ((string, Heading)?)(l, Headings![l])).FirstOrDefault();
}
