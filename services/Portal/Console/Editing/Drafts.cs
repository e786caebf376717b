namespace Portal.Console.Editing;

/// <summary>
/// One row of the editors' list. <c>Changed</c>: the draft differs from what readers see; <c>ChangedAt</c>: when it was changed last.
/// </summary>
public sealed record EditorsItem(
    Guid Id, string Section, string Lang, string Title, string Slug, string State = "published", bool Changed = false,
    IReadOnlyList<string>? Translations = null,
    DateTimeOffset? ScheduledFor = null, DateTimeOffset? PublishedAt = null, DateTimeOffset? RevisedAt = null,
    string? RetractionNote = null,
    DateTimeOffset? ChangedAt = null);

/// <summary>One language's text of a draft; <c>Markdown</c> where it was written so.</summary>
public sealed record DraftText(string Title, string Lead, string Slug, string BodyHtml, string? Markdown = null);

/// <summary>The picture's address, and what it shows, by language.</summary>
public sealed record DraftCover(string Url, IReadOnlyDictionary<string, string> Alt);

/// <summary>All that editors write of an article.</summary>
public sealed record DraftContent(
    string Section,
    IReadOnlyList<string> Tags,
    DateOnly? OccurredOn,
    string? Author,
    string? Source,
    IReadOnlyDictionary<string, DraftText> Texts,
    DraftCover? Cover = null,
    IReadOnlyList<Guid>? Related = null);

/// <summary>A draft and how far it is: draft, scheduled, published or retracted.</summary>
public sealed record DraftView(
    Guid Id, string State, bool Changed, DraftContent Draft, DateTimeOffset? ScheduledFor = null, DateTimeOffset? PublishedAt = null);

/// <summary>One change of an article.</summary>
public sealed record HistoryItem(
    long Version, string What, DateTimeOffset At, string By, IReadOnlyDictionary<string, string>? Titles, long? RestoredFrom = null,
    DateTimeOffset? ScheduledFor = null,
    DateTimeOffset? PublishedAt = null, string? Note = null);

/// <summary>A run of text: equal, deleted or inserted.</summary>
public sealed record DiffRun(string Change, string Text);

/// <summary>What changed in one field, of one language where it has one.</summary>
public sealed record FieldDiff(string Field, string? Lang, IReadOnlyList<DiffRun> Runs);

/// <summary>The fields that differ between two versions.</summary>
public sealed record DiffView(long From, long To, IReadOnlyList<FieldDiff> Fields);

/// <summary>A body as readers would be shown it.</summary>
public sealed record PreviewView(string BodyHtml);

/// <summary>The featured articles in their order, and its version.</summary>
public sealed record FeaturedView(long Version, IReadOnlyList<Reader.ArticleItem> Items);
