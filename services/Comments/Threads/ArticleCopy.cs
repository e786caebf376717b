using System.Text.Json.Serialization;
using Platform.EventSourcing;

namespace Comments.Threads;

/// <summary>The title and the slug of an article in one language.</summary>
public sealed record Heading(string Title, string Slug) : Stored;

/// <summary>
/// What the articles service reported about an article at one version: whether readers can see it, and its section and titles. A
/// retraction carries no section or titles, so those of the copy stay as they were.
/// </summary>
public sealed record ArticleSeen(long ArticleVersion, bool Retracted)
{
    public string? Section { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public Dictionary<string, Heading>? Headings { get; init; }

    /// <summary>
    /// The version of the article that the section and the titles belong to, if a newer version is already known.
    /// </summary>
    public long? DetailsOf { get; init; }

    /// <summary>The epoch of the articles service's store that the report comes from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }
}

/// <summary>This service's copy of what the articles service publishes: whether the article exists and may be discussed.</summary>
public sealed record ArticleCopy : Stored, IState<ArticleCopy>
{
    public string Id { get; init; } = "";
    public long ArticleVersion { get; init; }
    public bool Retracted { get; init; }
    public string? Section { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public Dictionary<string, Heading>? Headings { get; init; }
    public long DetailsVersion { get; init; }

    /// <summary>The epoch of the articles service's store that this copy reflects. Data of earlier epochs is discarded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }

    public ArticleCopy Evolve(object @event) => @event switch
    {
        ArticleSeen e when e.Epoch > Epoch => (new ArticleCopy { Id = Id, Epoch = e.Epoch }).Apply(e),
        ArticleSeen e => Apply(e),
        _ => this,
    };

    private ArticleCopy Apply(ArticleSeen e) => this with
    {
        ArticleVersion = e.ArticleVersion,
        Retracted = e.Retracted,
        Section = e.Section ?? Section,
        PublishedAt = e.PublishedAt ?? PublishedAt,
        Headings = e.Headings ?? Headings,
        DetailsVersion = e.Section is null ? DetailsVersion : e.DetailsOf ?? e.ArticleVersion,
    };

    /// <summary>
    /// Decides what a message about an article changes. A version that is not newer than the copy changes nothing, except that it supplies
    /// the section and the titles if those of the copy are older, because a retraction arrived first. The copy is therefore the same for
    /// every order of the messages. In a later epoch of the publisher's store, versions start again.
    /// </summary>
    public static IEnumerable<object> ApplyVersion(ArticleCopy? copy, ArticleSeen seen)
    {
        if (seen.Epoch < copy?.Epoch) yield break;
        if (copy is null || seen.Epoch > copy.Epoch || seen.ArticleVersion > copy.ArticleVersion) yield return seen;
        else if (seen.Section is not null && seen.ArticleVersion > copy.DetailsVersion)
            yield return seen.ArticleVersion == copy.ArticleVersion
                ? seen
                : seen with { ArticleVersion = copy.ArticleVersion, Retracted = copy.Retracted, DetailsOf = seen.ArticleVersion };
    }

    /// <summary>
    /// Withdraws an article that the articles service has lost: it has published all its events in this epoch, and none of them is about
    /// this article.
    /// </summary>
    public static IEnumerable<object> Withdraw(ArticleCopy? copy, long epoch)
    {
        if (copy?.Epoch < epoch) yield return new ArticleSeen(0, Retracted: true) { Epoch = epoch };
    }

    /// <summary>The heading in the first of the portal's languages in which the article is published.</summary>
    public (string Lang, Heading Heading)? FirstHeading() =>
        Languages.All.Where(l => Headings?.ContainsKey(l) == true).Select(l => ((string, Heading)?)(l, Headings![l])).FirstOrDefault();
}
