namespace Portal.Console.Editing;

/// <summary>
/// One row of the editors' list. <c>Changed</c> means that the draft differs from the published version. <c>ChangedAt</c> is the time of
/// the last change. <c>Stage</c> is how far the draft is; a service of an earlier version does not say. <c>Stale</c> has the languages
/// whose text translates one that has changed since.
/// </summary>
public sealed record EditorsItem(
    Guid Id,
    string Section,
    string Lang,
    string Title,
    string Slug,
    string State = "published",
    bool Changed = false,
    IReadOnlyList<string>? Translations = null,
    DateTimeOffset? ScheduledFor = null,
    DateTimeOffset? PublishedAt = null,
    DateTimeOffset? RevisedAt = null,
    string? RetractionNote = null,
    DateTimeOffset? ChangedAt = null,
    string? Stage = null,
    string? Assignee = null,
    IReadOnlyList<string>? Stale = null);

/// <summary>The text of a draft in one language; <c>Markdown</c> is the source of the body if it was written in Markdown.</summary>
public sealed record DraftText(
    string Title,
    string Lead,
    string Slug,
    string BodyHtml,
    string? Markdown = null);

/// <summary>The address of the cover image, and its description by language.</summary>
public sealed record DraftCover(string Url, IReadOnlyDictionary<string, string> Alt);

/// <summary>The content of a draft.</summary>
public sealed record DraftContent(
    string Section,
    IReadOnlyList<string> Tags,
    DateOnly? OccurredOn,
    string? Author,
    string? Source,
    IReadOnlyDictionary<string, DraftText> Texts,
    DraftCover? Cover = null,
    IReadOnlyList<Guid>? Related = null);

/// <summary>The text from which a translation was made, and since when and in which version that text has changed, if it has.</summary>
public sealed record TranslationSource(string Lang, long Version, DateTimeOffset? StaleSince = null, long? ChangedIn = null);

/// <summary>
/// A draft and the state of its article: draft, scheduled, published or retracted. <c>Stage</c> is how far the draft is. If
/// <c>FourEyes</c> is true, <c>ChangedBy</c> can neither approve nor publish it.
/// </summary>
public sealed record DraftView(
    Guid Id,
    string State,
    bool Changed,
    DraftContent Draft,
    DateTimeOffset? ScheduledFor = null,
    DateTimeOffset? PublishedAt = null,
    string? Stage = null,
    bool FourEyes = false,
    string? CreatedBy = null,
    string? ChangedBy = null,
    string? Assignee = null,
    string? ReturnNote = null,
    IReadOnlyDictionary<string, TranslationSource>? Translations = null);

/// <summary>A note by a colleague on a draft.</summary>
public sealed record DraftNote(
    Guid Id,
    string Text,
    string By,
    DateTimeOffset At,
    string? ResolvedBy = null,
    DateTimeOffset? ResolvedAt = null);

/// <summary>A person who has a draft open.</summary>
public sealed record PresentPerson(string Person, DateTimeOffset Since);

/// <summary>The people who have a draft open.</summary>
public sealed record PresenceView(IReadOnlyList<PresentPerson> Items);

/// <summary>One version in the history of an article.</summary>
public sealed record HistoryItem(
    long Version,
    string What,
    DateTimeOffset At,
    string By,
    IReadOnlyDictionary<string, string>? Titles,
    long? RestoredFrom = null,
    DateTimeOffset? ScheduledFor = null,
    DateTimeOffset? PublishedAt = null,
    string? Note = null,
    string? Person = null,
    string? Lang = null);

/// <summary>A run of text in a comparison: equal, deleted or inserted.</summary>
public sealed record DiffRun(string Change, string Text);

/// <summary>The changes in one field. <c>Lang</c> is null for fields that do not depend on the language.</summary>
public sealed record FieldDiff(string Field, string? Lang, IReadOnlyList<DiffRun> Runs);

/// <summary>The fields that differ between two versions.</summary>
public sealed record DiffView(long From, long To, IReadOnlyList<FieldDiff> Fields);

/// <summary>A body as readers would see it.</summary>
public sealed record PreviewView(string BodyHtml);

/// <summary>The featured articles in display order, and the version of the list.</summary>
public sealed record FeaturedView(long Version, IReadOnlyList<Reader.ArticleItem> Items);
