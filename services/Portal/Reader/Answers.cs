using System.Text.Json;

namespace Portal.Reader;

/// <summary>A list that comes whole, or a page of one with the cursor of the next.</summary>
public sealed record Listed<T>(IReadOnlyList<T> Items, string? Next = null);

/// <summary>A section: its key in addresses, its place, its names by language.</summary>
public sealed record SectionItem(string Key, int Order, IReadOnlyDictionary<string, string> Names);

/// <summary>An article in a list. <c>Highlights</c> where words were searched: HTML with the words in &lt;mark&gt;.</summary>
public sealed record ArticleItem(
    Guid Id, string Slug, string Section, IReadOnlyList<string> Tags, string Lang, string Title, string Lead, DateTimeOffset PublishedAt,
    DateTimeOffset? RevisedAt, int CommentCount,
    bool Fallback, bool Featured, CoverView? Cover, Highlight? Highlights);

/// <summary>Title and passages as HTML, escaped but for &lt;mark&gt;.</summary>
public sealed record Highlight(string Title, string Text);

/// <summary>A picture and what it shows, in the language <c>AltLang</c>; without it in that of the article.</summary>
public sealed record CoverView(string Url, string Alt, string? AltLang = null);

/// <summary>What was put right after publishing.</summary>
public sealed record Correction(string Note, DateTimeOffset At);

/// <summary>An article's address in one language.</summary>
public sealed record Alternate(string Hreflang, string Slug, string Url);

/// <summary>Another article, as a link to it.</summary>
public sealed record Neighbour(Guid Id, string Slug, string Lang, string Title, DateTimeOffset PublishedAt);

/// <summary>One article in one language; <c>BodyHtml</c> is sanitised by its service.</summary>
public sealed record ArticleView(
    Guid Id, string Slug, string Section, IReadOnlyList<string> Tags, string Lang, string Title, string Lead, string BodyHtml,
    string? Author, string? Source, DateOnly? OccurredOn,
    DateTimeOffset PublishedAt, DateTimeOffset? RevisedAt, string? RetractionNote, int CommentCount, bool Fallback, long Version,
    string? Url, CoverView? Cover,
    IReadOnlyList<Alternate> Alternates, IReadOnlyList<Correction> Corrections, IReadOnlyList<Neighbour> Related, Neighbour? Previous,
    Neighbour? Next);

/// <summary>An article for paper; <c>Links[n-1]</c> is what the mark [n] in the body stands for.</summary>
public sealed record PrintView(
    string Lang, string Site, string Section, string Title, string Lead, string BodyHtml, IReadOnlyList<string> Links, string? Author,
    string? Source, DateOnly? OccurredOn,
    DateTimeOffset PublishedAt, DateTimeOffset? RevisedAt, IReadOnlyList<Correction> Corrections, string Url);

/// <summary>The head of an article's page.</summary>
public sealed record MetadataView(
    string Canonical, IReadOnlyList<Alternate> Alternates, IReadOnlyList<MetaProperty> Og, JsonElement JsonLd);

/// <summary>One <c>&lt;meta property content&gt;</c>.</summary>
public sealed record MetaProperty(string Property, string Content);

/// <summary>
/// A comment; <c>Html</c> is made and cleaned by its service. One that was removed has neither author nor text. <c>ReplyCount</c>: all that
/// stands below it; <c>Replies</c>: the first of those that answer it.
/// </summary>
public sealed record CommentItem(
    Guid Id, string? Author, string? Html, DateTimeOffset PostedAt, DateTimeOffset? EditedAt, int Score, int ReplyCount, bool Removed,
    Listed<CommentItem>? Replies);

/// <summary>A comment below what it answers; <c>Above</c> begins with the topmost.</summary>
public sealed record CommentPlace(Guid ArticleId, IReadOnlyList<CommentItem> Above, CommentItem Comment);

/// <summary>What became of a comment: shown, or held for moderation.</summary>
public sealed record CommentReceipt(Guid Id, string Status);

/// <summary>A month or a day, and how many articles it has.</summary>
public sealed record ArchiveItem(string Period, long Articles);

/// <summary>One of the organisation's bodies.</summary>
public sealed record LinkItem(string Key, string Name, string Url);

/// <summary>The table of a date.</summary>
public sealed record RatesView(
    DateOnly Date,
    DateOnly EffectiveFrom,
    DateOnly? EffectiveTo,
    DateOnly? ComparedWith,
    IReadOnlyList<RateRow> Rows,
    IReadOnlyList<RateRow> Others,
    Stale? Stale);

/// <summary>Roubles for <c>Nominal</c> units; <c>PerUnit</c> and <c>Change</c> are for one.</summary>
public sealed record RateRow(
    string? State, string? StateName, string Code, string? Currency, bool Quoted, int? Nominal, decimal? Rate, decimal? PerUnit,
    decimal? Change);

/// <summary>Since when something may be out of date.</summary>
public sealed record Stale(DateTimeOffset Since);

/// <summary>A currency over time, in roubles for one unit.</summary>
public sealed record HistoryView(
    string Code,
    DateOnly From,
    DateOnly To,
    Extreme Min,
    Extreme Max,
    decimal Average,
    IReadOnlyList<HistoryItem> Items,
    IReadOnlyList<DateOnly>? Breaks = null)
{
    /// <summary>What a chart shows: the rates since the last redenomination, because older ones are in another unit of money.</summary>
    public IEnumerable<(DateOnly, decimal)> Points =>
        (Breaks is [.., var last] ? Items.Skip(Items.Count(i => i.Date <= last) - 1) : Items).Select(i => (i.Date, i.PerUnit));
}

/// <summary>The least or the most, and since when.</summary>
public sealed record Extreme(DateOnly Date, decimal PerUnit);

/// <summary>The rate of one sheet.</summary>
public sealed record HistoryItem(DateOnly Date, decimal PerUnit);

/// <summary>What an amount comes to.</summary>
public sealed record Conversion(string From, string To, decimal Amount, decimal Result, decimal Rate, DateOnly EffectiveFrom, Stale? Stale);

/// <summary>The states at a moment.</summary>
public sealed record StatesView(DateTimeOffset AsOf, IReadOnlyList<StateItem> Items);

/// <summary>A state: its group, its capital as it was called, what it pays in, its capital's clock.</summary>
public sealed record StateItem(
    string State,
    IReadOnlyDictionary<string, string> Names,
    string Group,
    DateOnly GroupSince,
    IReadOnlyDictionary<string, string>? Capital,
    string? Currency,
    IReadOnlyDictionary<string, string>? CurrencyNames, ZoneClock? Clock);

/// <summary>A clock: what it shows and how far it is ahead of UTC.</summary>
public sealed record ZoneClock(string TimeZone, string UtcOffset, DateTimeOffset LocalTime);

/// <summary>The number a visitor names when asking, and how far their message is.</summary>
public sealed record TicketView(string Number, string Status);

/// <summary>The ticket a message was given.</summary>
public sealed record TicketReceipt(Guid Ticket, string Number);

/// <summary>How long what a visitor sends may be.</summary>
public sealed record FeedbackLimits(Bounds Selection, int Context, int Comment, int Message);

/// <summary>From the least to the most.</summary>
public sealed record Bounds(int Min, int Max);
