using System.Text.Json.Serialization;
using Platform.EventSourcing;

namespace Comments;

/// <summary>An article's title and address in one language.</summary>
public sealed record Heading(string Title, string Slug) : Stored;

/// <summary>
/// The articles service said so, at that version of the article: readers see it, or see it no more. What a retraction does not say stays as
/// it was.
/// </summary>
public sealed record ArticleSeen(long ArticleVersion, bool Retracted)
{
    public string? Section { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public Dictionary<string, Heading>? Headings { get; init; }

    /// <summary>
    /// The version of the article at which these were its section and titles, where that is older than what was seen of it already.
    /// </summary>
    public long? DetailsOf { get; init; }

    /// <summary>The epoch of the articles service's store in which it said so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }
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

    /// <summary>The epoch of the articles service's store that this copy is of; nothing of an earlier one is left in it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }

    public ArticleCopy Evolve(object @event) => @event switch
    {
        ArticleSeen e when e.Epoch > Epoch => (new ArticleCopy { Id = Id, Epoch = e.Epoch }).Saw(e),
        ArticleSeen e => Saw(e),
        _ => this,
    };

    private ArticleCopy Saw(ArticleSeen e) => this with
    {
        ArticleVersion = e.ArticleVersion,
        Retracted = e.Retracted,
        Section = e.Section ?? Section,
        PublishedAt = e.PublishedAt ?? PublishedAt,
        Headings = e.Headings ?? Headings,
        DetailsVersion = e.Section is null ? DetailsVersion : e.DetailsOf ?? e.ArticleVersion,
    };

    /// <summary>
    /// A version already seen, or an older one that comes late, changes nothing; but what a retraction that came first could not say is
    /// taken from it. So the copy is the same in whatever order its messages come. In a later epoch of the publisher's store versions begin
    /// anew.
    /// </summary>
    public static IEnumerable<object> See(ArticleCopy? copy, ArticleSeen seen)
    {
        if (seen.Epoch < copy?.Epoch) yield break;
        if (copy is null || seen.Epoch > copy.Epoch || seen.ArticleVersion > copy.ArticleVersion) yield return seen;
        else if (seen.Section is not null && seen.ArticleVersion > copy.DetailsVersion)
            yield return seen.ArticleVersion == copy.ArticleVersion
                ? seen
                : seen with { ArticleVersion = copy.ArticleVersion, Retracted = copy.Retracted, DetailsOf = seen.ArticleVersion };
    }

    /// <summary>The articles service has told all that it knows in this epoch, and not of this article: it never was.</summary>
    public static IEnumerable<object> Withdraw(ArticleCopy? copy, long epoch)
    {
        if (copy?.Epoch < epoch) yield return new ArticleSeen(0, Retracted: true) { Epoch = epoch };
    }

    /// <summary>Its heading in the first of our languages it has.</summary>
    public (string Lang, Heading Heading)? First() =>
        Languages.All.Where(l => Headings?.ContainsKey(l) == true).Select(l => ((string, Heading)?)(l, Headings![l])).FirstOrDefault();
}
