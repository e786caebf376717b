using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Articles.Workflow;
using Platform.EventSourcing;
using Platform.Replays;

namespace Articles.Publishing;

/// <summary>
/// The text of an article in one language. <paramref name="BodyHtml"/> is sanitised before it is stored. <c>Markdown</c> is the source that
/// the editor wrote; it is absent if the editor wrote HTML.
/// </summary>
public sealed record Text(string Title, string Lead, string Slug, string BodyHtml) : Stored
{
    public string? Markdown { get; init; }

    /// <summary>A short hash of the words. A translation records it for the text from which it was made.</summary>
    public string Fingerprint() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Title}\n{Lead}\n{BodyHtml}")))[..16];
}

/// <summary>The cover picture of an article: the address at which it is hosted, and its alternative text by language.</summary>
public sealed record Cover(string Url, IReadOnlyDictionary<string, string> Alt) : Stored;

/// <summary>Everything that an editor writes about an article. Texts are keyed by language (en, ru, zh).</summary>
public sealed record Content(
    string Section,
    IReadOnlyList<string> Tags,
    DateOnly? OccurredOn,
    string? Author,
    string? Source,
    IReadOnlyDictionary<string, Text> Texts) : Stored
{
    public Cover? Cover { get; init; }
    /// <summary>The ids of related articles, in the order in which readers see them.</summary>
    public IReadOnlyList<Guid>? Related { get; init; }

    /// <summary>Compares lists and dictionaries by their elements; the equality of the record would compare them by reference.</summary>
    public bool IsSameAs(Content? other) =>
        other is not null
        && (Section, OccurredOn, Author, Source, Cover?.Url) == (
            other.Section, other.OccurredOn, other.Author, other.Source, other.Cover?.Url)
        && Tags.SequenceEqual(other.Tags)
        && (Related ?? []).SequenceEqual(other.Related ?? [])
        && SameEntries(Cover?.Alt, other.Cover?.Alt)
        && SameEntries(Texts, other.Texts);

    private static bool SameEntries<T>(IReadOnlyDictionary<string, T>? one, IReadOnlyDictionary<string, T>? other) =>
        (one?.Count ?? 0) == (other?.Count ?? 0)
        && (one is null || one.All(o => other!.TryGetValue(o.Key, out var value) && Equals(value, o.Value)));
}

/// <summary>A correction made after publication, with a note for readers. <c>Lang</c> is set if it concerns one language only.</summary>
public sealed record Correction(string Note, DateTimeOffset At, string? Lang = null) : Stored;

/// <summary>An editor created the article as a draft.</summary>
public sealed record ArticleDrafted([property: Confidential] Content Draft)
{
    /// <summary>The person who wrote the draft. Events of earlier versions have the person in their metadata only.</summary>
    public string? By { get; init; }
}
/// <summary>An editor changed the draft. The published content is unchanged.</summary>
public sealed record DraftRevised([property: Confidential] Content Draft)
{
    /// <summary>The version whose content was restored as the draft, if it was restored.</summary>
    public long? RestoredFrom { get; init; }
    /// <summary>The person who wrote the change. Events of earlier versions have the person in their metadata only.</summary>
    public string? By { get; init; }
}
/// <summary>An editor scheduled publication. The draft is published with the content that it has at that time.</summary>
public sealed record ArticleScheduled(DateTimeOffset At);
/// <summary>The article is no longer scheduled: an editor cancelled the schedule, or the changed draft was published.</summary>
public sealed record ArticleUnscheduled;
/// <summary>
/// The article was published for the first time, or again after a retraction. An imported article carries the history that it had before.
/// </summary>
public sealed record ArticlePublished(Content Content, DateTimeOffset PublishedAt)
{
    public DateTimeOffset? RevisedAt { get; init; }
    public IReadOnlyList<Correction>? Corrections { get; init; }
    /// <summary>The slugs that the article had before it was imported, and the language of each.</summary>
    public IReadOnlyDictionary<string, string>? FormerSlugs { get; init; }
}
/// <summary>A new version of a published article was published.</summary>
public sealed record ArticleRevised(Content Content, DateTimeOffset PublishedAt, DateTimeOffset RevisedAt)
{
    public Correction? Correction { get; init; }
    /// <summary>The typo report that this revision carries out, if any.</summary>
    public TypoFixed? Typo { get; init; }
}
/// <summary>
/// A typo report of a reader, and which of its acceptances was carried out: the version that the report's stream had when an editor
/// accepted it.
/// </summary>
public sealed record TypoFixed(Guid ReportId, long Acceptance);
/// <summary>The article was retracted. Readers see its title and the note.</summary>
public sealed record ArticleRetracted(string Note, DateTimeOffset RetractedAt);

/// <summary>An article: its draft, and its published content.</summary>
[ReadModelVersion(2)]
public sealed record Article : Stored, IState<Article>
{
    /// <summary>The states of a review: the draft waits for it, or has passed it.</summary>
    public const string InReview = "inReview", Ready = "ready";

    public string Id { get; init; } = "";
    [Confidential]
    public Content? Draft { get; init; }
    public Content? Published { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? RevisedAt { get; init; }
    public bool Retracted { get; init; }
    public string? RetractionNote { get; init; }
    public DateTimeOffset? RetractedAt { get; init; }
    public DateTimeOffset? ScheduledFor { get; init; }
    public IReadOnlyList<Correction> Corrections { get; init; } = [];
    /// <summary>The typo reports that were carried out, and the last acceptance of each that was carried out.</summary>
    public IReadOnlyDictionary<Guid, long>? TypoReports { get; init; }
    /// <summary>Every slug under which the article was ever published, and its language.</summary>
    public IReadOnlyDictionary<string, string> PublicSlugs { get; init; } = new Dictionary<string, string>();

    /// <summary>The person who created the draft; null if it was imported, or created by an earlier version.</summary>
    public string? CreatedBy { get; init; }
    /// <summary>The person who wrote the last change of the draft; null as for <see cref="CreatedBy"/>.</summary>
    public string? ChangedBy { get; init; }
    /// <summary>The person to whom the article is assigned.</summary>
    public string? Assignee { get; init; }
    /// <summary>The state of the review of the draft; null if it was not submitted.</summary>
    public string? Review { get; init; }
    /// <summary>What the reviewer asked for when the draft was returned.</summary>
    [Confidential]
    public string? ReturnNote { get; init; }
    /// <summary>The text from which each translation was made, by the language of the translation.</summary>
    public IReadOnlyDictionary<string, TranslationSource>? Translations { get; init; }

    /// <summary>Whether the draft differs from what readers see, so that it can be reviewed and published.</summary>
    [JsonIgnore]
    public bool HasChanges => Retracted || !Draft!.IsSameAs(Published);

    /// <summary>
    /// The stage of the draft: draft, inReview, ready, scheduled, or, if readers see this content or its retraction, published or
    /// retracted.
    /// </summary>
    [JsonIgnore]
    public string Stage =>
        ScheduledFor is not null ? "scheduled" : Review ?? (Retracted ? "retracted" : HasChanges ? "draft" : "published");

    /// <summary>draft, scheduled (for its first publication), published or retracted.</summary>
    public string State => Retracted ? "retracted" : Published is not null ? "published" : ScheduledFor is null ? "draft" : "scheduled";

    public Article Evolve(object @event) => @event switch
    {
        ArticleDrafted e => this with { Draft = e.Draft, CreatedBy = e.By, ChangedBy = e.By },
        // The draft that passed the review was another text.
        DraftRevised e => this with { Draft = e.Draft, ChangedBy = e.By, Review = Review is null ? null : InReview },
        DraftSubmitted _ => this with { Review = InReview, ReturnNote = null },
        DraftApproved _ => this with { Review = Ready, ReturnNote = null },
        DraftReturned e => this with { Review = null, ReturnNote = e.Note },
        ArticleAssigned e => this with { Assignee = e.To },
        TranslationMarked e => this with { Translations = TranslationSource.Add(Translations, e) },
        ArticleScheduled e => this with { ScheduledFor = e.At },
        ArticleUnscheduled _ => this with { ScheduledFor = null },
        ArticlePublished e => WithPublished(e.Content) with
        {
            PublishedAt = e.PublishedAt,
            RevisedAt = e.RevisedAt ?? RevisedAt,
            Corrections = e.Corrections ?? Corrections,
            PublicSlugs = Slugs.Add(Slugs.Add(PublicSlugs, e.FormerSlugs), Slugs.Of(e.Content)),
            ScheduledFor = null,
            Retracted = false,
            RetractionNote = null,
            RetractedAt = null,
        },
        ArticleRevised e => WithPublished(e.Content) with
        {
            RevisedAt = e.RevisedAt,
            Corrections = e.Correction is null ? Corrections : [.. Corrections, e.Correction],
            TypoReports = e.Typo is null
                ? TypoReports
                : new Dictionary<Guid, long>(TypoReports ?? new Dictionary<Guid, long>()) { [e.Typo.ReportId] = e.Typo.Acceptance },
        },
        ArticleRetracted e => this with { Retracted = true, RetractionNote = e.Note, RetractedAt = e.RetractedAt, ScheduledFor = null },
        _ => this,
    };

    /// <summary>The languages whose text translates one that has changed since.</summary>
    public IReadOnlyList<string> StaleTranslations() =>
        [.. (Translations ?? new Dictionary<string, TranslationSource>())
            .Where(t => Draft!.Texts.ContainsKey(t.Key) && t.Value.IsStale(Draft))
            .Select(t => t.Key)
            .OrderBy(Languages.Rank)];

    private Article WithPublished(Content content) =>
        this with
        {
            Draft = content,
            Published = content,
            PublicSlugs = Slugs.Add(PublicSlugs, Slugs.Of(content)),
            Review = null,
            ReturnNote = null,
        };
}
