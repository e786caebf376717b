using Platform.EventSourcing;

namespace Articles;

/// <summary>
/// One language's text. <paramref name="BodyHtml"/> is sanitised before it is stored; <c>Markdown</c> is what the editor wrote where it was
/// no HTML.
/// </summary>
public sealed record Text(string Title, string Lead, string Slug, string BodyHtml) : Stored
{
    public string? Markdown { get; init; }
}

/// <summary>The picture of an article, elsewhere: its address and what it shows, by language.</summary>
public sealed record Cover(string Url, IReadOnlyDictionary<string, string> Alt) : Stored;

/// <summary>Everything an editor writes about an article; texts by language (en, ru, zh).</summary>
public sealed record Content(
    string Section,
    IReadOnlyList<string> Tags,
    DateOnly? OccurredOn,
    string? Author,
    string? Source,
    IReadOnlyDictionary<string, Text> Texts) : Stored
{
    public Cover? Cover { get; init; }
    /// <summary>Articles to read beside it, in this order.</summary>
    public IReadOnlyList<Guid>? Related { get; init; }

    /// <summary>Whether both say the same, list by list and text by text.</summary>
    public bool Says(Content? other) =>
        other is not null
        && (Section, OccurredOn, Author, Source, Cover?.Url) == (
            other.Section, other.OccurredOn, other.Author, other.Source, other.Cover?.Url)
        && Tags.SequenceEqual(other.Tags)
        && (Related ?? []).SequenceEqual(other.Related ?? [])
        && Same(Cover?.Alt, other.Cover?.Alt)
        && Same(Texts, other.Texts);

    private static bool Same<T>(IReadOnlyDictionary<string, T>? one, IReadOnlyDictionary<string, T>? other) =>
        (one?.Count ?? 0) == (other?.Count ?? 0)
        && (one is null || one.All(o => other!.TryGetValue(o.Key, out var value) && Equals(value, o.Value)));
}

/// <summary>What was put right after publishing, told to readers; <c>Lang</c> where it concerns one language only.</summary>
public sealed record Correction(string Note, DateTimeOffset At, string? Lang = null) : Stored;

/// <summary>A draft was begun.</summary>
public sealed record ArticleDrafted([property: Confidential] Content Draft);
/// <summary>The draft was changed; what readers see stays as it is.</summary>
public sealed record DraftRevised([property: Confidential] Content Draft)
{
    /// <summary>The version whose text was taken up again.</summary>
    public long? RestoredFrom { get; init; }
}
/// <summary>The draft, as it will stand then, is to be shown to readers at that moment.</summary>
public sealed record ArticleScheduled(DateTimeOffset At);
/// <summary>The draft waits for an editor again.</summary>
public sealed record ArticleUnscheduled;
/// <summary>Readers see it: for the first time, or again after a retraction. What came from elsewhere brings its history along.</summary>
public sealed record ArticlePublished(Content Content, DateTimeOffset PublishedAt)
{
    public DateTimeOffset? RevisedAt { get; init; }
    public IReadOnlyList<Correction>? Corrections { get; init; }
    /// <summary>Slugs it had before, and their languages.</summary>
    public IReadOnlyDictionary<string, string>? FormerSlugs { get; init; }
}
/// <summary>Readers see the new version of what was published before.</summary>
public sealed record ArticleRevised(Content Content, DateTimeOffset PublishedAt, DateTimeOffset RevisedAt)
{
    public Correction? Correction { get; init; }
    /// <summary>The reader's report that this corrects.</summary>
    public TypoFixed? Typo { get; init; }
}
/// <summary>A reader's report, and which acceptance of it by an editor: the version of the report's stream.</summary>
public sealed record TypoFixed(Guid ReportId, long Acceptance);
/// <summary>Readers see only the note.</summary>
public sealed record ArticleRetracted(string Note, DateTimeOffset RetractedAt);

/// <summary>An article: the draft beside what is published.</summary>
public sealed record Article : Stored, IState<Article>
{
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
    /// <summary>Readers' reports that were corrected, and the acceptance of each that was carried out last.</summary>
    public IReadOnlyDictionary<Guid, long>? TypoReports { get; init; }
    /// <summary>Every slug readers have ever been given, and its language.</summary>
    public IReadOnlyDictionary<string, string> PublicSlugs { get; init; } = new Dictionary<string, string>();

    /// <summary>draft, scheduled (for the first time), published or retracted.</summary>
    public string State => Retracted ? "retracted" : Published is not null ? "published" : ScheduledFor is null ? "draft" : "scheduled";

    public Article Evolve(object @event) => @event switch
    {
        ArticleDrafted e => this with { Draft = e.Draft },
        DraftRevised e => this with { Draft = e.Draft },
        ArticleScheduled e => this with { ScheduledFor = e.At },
        ArticleUnscheduled _ => this with { ScheduledFor = null },
        ArticlePublished e => Shown(e.Content) with
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
        ArticleRevised e => Shown(e.Content) with
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

    private Article Shown(Content content) =>
        this with { Draft = content, Published = content, PublicSlugs = Slugs.Add(PublicSlugs, Slugs.Of(content)) };
}
