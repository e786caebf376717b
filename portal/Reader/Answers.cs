using System.Text.Json;

namespace Portal.Reader;

/// <summary>A complete list, or one page of it with the cursor of the next page.</summary>
public sealed record Listed<T>(IReadOnlyList<T> Items, string? Next = null);

/// <summary>
/// A section: its key in addresses, its sort order and its name in each language. <c>FourEyes</c> is true if each publication requires two
/// persons.
/// </summary>
public sealed record SectionItem(string Key, int Order, IReadOnlyDictionary<string, string> Names, bool? FourEyes = null);

/// <summary>An article in a list. <c>Highlights</c> is present in search results.</summary>
public sealed record ArticleItem(
    Guid Id,
    string Slug,
    string Section,
    IReadOnlyList<string> Tags,
    string Lang,
    string Title,
    string Lead,
    DateTimeOffset PublishedAt,
    DateTimeOffset? RevisedAt,
    int CommentCount,
    bool Fallback,
    bool Featured,
    CoverView? Cover,
    Highlight? Highlights);

/// <summary>
/// One page of search results. If nothing matches the words as typed, the results are those of <c>Correction</c>. If they match little,
/// <c>DidYouMean</c> contains words that match more.
/// </summary>
public sealed record SearchResults(IReadOnlyList<ArticleItem> Items, string? Next, SimilarWords? Correction, SimilarWords? DidYouMean);

/// <summary>Words to search for in place of those that were typed, and the language to search in.</summary>
public sealed record SimilarWords(string Q, string Lang);

/// <summary>The number of search results, which may be estimated, and its parts.</summary>
public sealed record FacetsView(
    long Total,
    bool Estimated,
    IReadOnlyList<FacetItem> Sections,
    IReadOnlyList<FacetItem> Languages,
    IReadOnlyList<FacetItem> Tags,
    IReadOnlyList<FacetItem> Years);

/// <summary>A section key, language, tag or year, and the number of search results with it.</summary>
public sealed record FacetItem(string Value, long Count);

/// <summary>The title and the matching passages of a search result as escaped HTML; matches are in &lt;mark&gt;.</summary>
public sealed record Highlight(string Title, string Text);

/// <summary>
/// A cover image and its description, in the language <c>AltLang</c>, or in that of the article if it is null. The focal point is the part
/// of the image that stays visible if the image is cropped, from 0 (left, top) to 1 (right, bottom).
/// </summary>
public sealed record CoverView(
    string Url,
    string Alt,
    string? AltLang = null,
    string? Caption = null,
    string? Credit = null,
    int? Width = null,
    int? Height = null,
    double? FocalX = null,
    double? FocalY = null,
    IReadOnlyList<Rendition>? Renditions = null)
{
    /// <summary>
    /// The renditions by media type, smallest type first, as the <c>srcset</c> of one <c>&lt;source&gt;</c> each.
    /// </summary>
    public IEnumerable<(string Type, string Set)> Sources() =>
        (Renditions ?? []).Where(r => r.Width > 0).GroupBy(r => r.Type).OrderBy(t => t.Key switch
        {
            "image/avif" => 0,
            "image/webp" => 1,
            _ => 2,
        }).Select(t => (t.Key, string.Join(", ", t.OrderBy(r => r.Width).Select(r => $"{r.Url} {r.Width}w"))));

    /// <summary>The CSS classes of the focal point in tenths, because the content policy forbids style attributes.</summary>
    public string Focus => $"x{Tenths(FocalX)} y{Tenths(FocalY)}";

    private static int Tenths(double? share) => (int)Math.Round(10 * Math.Clamp(share ?? 0.5, 0, 1), MidpointRounding.AwayFromZero);
}

/// <summary>An image in one size and format.</summary>
public sealed record Rendition(string Url, int Width, int Height, string Type);

/// <summary>A correction made after publication.</summary>
public sealed record Correction(string Note, DateTimeOffset At);

/// <summary>An article's address in one language.</summary>
public sealed record Alternate(string Hreflang, string Slug, string Url);

/// <summary>A link to another article.</summary>
public sealed record Neighbour(
    Guid Id,
    string Slug,
    string Lang,
    string Title,
    DateTimeOffset PublishedAt);

/// <summary>One article in one language. The articles service has sanitised <c>BodyHtml</c>.</summary>
public sealed record ArticleView(
    Guid Id,
    string Slug,
    string Section,
    IReadOnlyList<string> Tags,
    string Lang,
    string Title,
    string Lead,
    string BodyHtml,
    string? Author,
    string? Source,
    DateOnly? OccurredOn,
    DateTimeOffset PublishedAt,
    DateTimeOffset? RevisedAt,
    string? RetractionNote,
    int CommentCount,
    bool Fallback,
    long Version,
    string? Url,
    CoverView? Cover,
    IReadOnlyList<Alternate> Alternates,
    IReadOnlyList<Correction> Corrections,
    IReadOnlyList<Neighbour> Related,
    Neighbour? Previous,
    Neighbour? Next);

/// <summary>The print version of an article. <c>Links[n-1]</c> is the address that the note [n] in the body refers to.</summary>
public sealed record PrintView(
    string Lang,
    string Site,
    string Section,
    string Title,
    string Lead,
    string BodyHtml,
    IReadOnlyList<string> Links,
    string? Author,
    string? Source,
    DateOnly? OccurredOn,
    DateTimeOffset PublishedAt,
    DateTimeOffset? RevisedAt,
    IReadOnlyList<Correction> Corrections,
    string Url);

/// <summary>The metadata for the <c>&lt;head&gt;</c> of an article page.</summary>
public sealed record MetadataView(
    string Canonical, IReadOnlyList<Alternate> Alternates, IReadOnlyList<MetaProperty> Og, JsonElement JsonLd);

/// <summary>One <c>&lt;meta property content&gt;</c>.</summary>
public sealed record MetaProperty(string Property, string Content);

/// <summary>
/// A comment. The comments service has rendered and sanitised <c>Html</c>. A removed comment has neither author nor text.
/// <c>ReplyCount</c> counts the replies at all levels below; <c>Replies</c> holds the first direct replies.
/// </summary>
public sealed record CommentItem(
    Guid Id,
    string? Author,
    string? Html,
    DateTimeOffset PostedAt,
    DateTimeOffset? EditedAt,
    int Score,
    int ReplyCount,
    bool Removed,
    Listed<CommentItem>? Replies);

/// <summary>A comment and the comments that it replies to; <c>Above</c> begins with the topmost.</summary>
public sealed record CommentPlace(Guid ArticleId, IReadOnlyList<CommentItem> Above, CommentItem Comment);

/// <summary>The result of posting a comment: published, or held for moderation.</summary>
public sealed record CommentReceipt(Guid Id, string Status);

/// <summary>A month or a day, and the number of its articles.</summary>
public sealed record ArchiveItem(string Period, long Articles);

/// <summary>A link to a body of the organisation.</summary>
public sealed record LinkItem(string Key, string Name, string Url);

/// <summary>The exchange rates of a date.</summary>
public sealed record RatesView(
    DateOnly Date,
    DateOnly EffectiveFrom,
    DateOnly? EffectiveTo,
    DateOnly? ComparedWith,
    IReadOnlyList<RateRow> Rows,
    IReadOnlyList<RateRow> Others,
    Stale? Stale);

/// <summary><c>Rate</c> is in roubles for <c>Nominal</c> units; <c>PerUnit</c> and <c>Change</c> are for one unit.</summary>
public sealed record RateRow(
    string? State,
    string? StateName,
    string Code,
    string? Currency,
    bool Quoted,
    int? Nominal,
    decimal? Rate,
    decimal? PerUnit,
    decimal? Change);

/// <summary>Present if the rates may be out of date: the time since which no newer ones were received.</summary>
public sealed record Stale(DateTimeOffset Since);

/// <summary>The rates of one currency over the last half year, in roubles for one unit; one rate for each week.</summary>
public sealed record TrendItem(string Code, IReadOnlyList<HistoryItem> Items);

/// <summary>The history of a currency, in roubles for one unit.</summary>
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
    /// <summary>The points of the chart: the rates since the last redenomination, because older ones are in a different unit.</summary>
    public IEnumerable<(DateOnly, decimal)> Points =>
        (Breaks is [.., var last] ? Items.Skip(Items.Count(i => i.Date <= last) - 1) : Items).Select(i => (i.Date, i.PerUnit));
}

/// <summary>The lowest or the highest rate and its date.</summary>
public sealed record Extreme(DateOnly Date, decimal PerUnit);

/// <summary>The rate on one date.</summary>
public sealed record HistoryItem(DateOnly Date, decimal PerUnit);

/// <summary>The result of a currency conversion.</summary>
public sealed record Conversion(
    string From,
    string To,
    decimal Amount,
    decimal Result,
    decimal Rate,
    DateOnly EffectiveFrom,
    Stale? Stale);

/// <summary>The states as of a point in time.</summary>
public sealed record StatesView(DateTimeOffset AsOf, IReadOnlyList<StateItem> Items);

/// <summary>A state: its group, the name of its capital at that time, its currency and the local time of its capital.</summary>
public sealed record StateItem(
    string State,
    IReadOnlyDictionary<string, string> Names,
    string Group,
    DateOnly GroupSince,
    IReadOnlyDictionary<string, string>? Capital,
    string? Currency,
    IReadOnlyDictionary<string, string>? CurrencyNames,
    ZoneClock? Clock);

/// <summary>A local time and its offset from UTC.</summary>
public sealed record ZoneClock(string TimeZone, string UtcOffset, DateTimeOffset LocalTime);

/// <summary>The reference number and the status of a message to the editors.</summary>
public sealed record TicketView(string Number, string Status);

/// <summary>The ticket that was created for a message.</summary>
public sealed record TicketReceipt(Guid Ticket, string Number);

/// <summary>The length limits for the texts that visitors send.</summary>
public sealed record FeedbackLimits(Bounds Selection, int Context, int Comment, int Message);

/// <summary>A minimum and a maximum length.</summary>
public sealed record Bounds(int Min, int Max);
