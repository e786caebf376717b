using Articles.Featured;
using Articles.Publishing;
using Articles.Search;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// The filters of a list. <c>from</c> and <c>to</c> are the first and the last day of publication, in <c>timeZone</c> (UTC if absent).
/// Search results are sorted by relevance, or with <c>sort=date</c> newest first. <c>spelling=false</c> searches only for the words as they
/// are typed. Only editors may use <c>order</c>, <c>stage</c>, <c>assignee</c>, or a <c>state</c> other than published.
/// </summary>
public readonly record struct ArticleFilter(
    string? Section,
    string? Lang,
    string? Tag,
    string? Q,
    bool? Featured,
    bool? Fallback,
    DateOnly? From,
    DateOnly? To,
    string? State,
    string? TimeZone,
    string? Order,
    string? Sort,
    bool? Spelling,
    string? Stage = null,
    string? Assignee = null)
{
    /// <summary>The maximum number of characters of <c>q</c>.</summary>
    internal const int MaxWords = 200;

    internal string? ShownLanguage => Q is null ? Lang : SearchLanguage;
    internal string SearchLanguage => Lang ?? SearchText.LanguageOf(Q!);

    internal void Validate()
    {
        Language.Requested(Lang);
        CalendarZone.Of(TimeZone);
        if (Q is not null && Q.Trim().Length is 0 or > MaxWords) throw new Malformed("q", $"must be 1..{MaxWords} characters");
        if (Q?.Contains('\0', StringComparison.Ordinal) == true)
            throw new Malformed("q", "contains the character U+0000, which is not allowed; remove it");
        if (From > To) throw new Malformed("to", "must not be before from");
        if (Sort is not (null or "relevance" or "date")) throw new Malformed("sort", "must be relevance or date");
        if (Sort == "relevance" && Q is null) throw new Malformed("sort", "can be relevance only with q");
    }

    /// <summary>The matching articles after a key: search results by relevance or newest first, other lists newest first.</summary>
    internal async Task<IReadOnlyList<ListedArticle>> Find(
        ListedArticles articles, ArticleList.Key? after, int limit, CancellationToken ct)
    {
        var newest = new NewestFirst(articles.Search, Q is null ? Language.OrDefault(Lang) : SearchLanguage);
        var until = Restrict(newest.WhereIndexed, newest.WhereMatches, articles.Search.Now);
        var byDate = Q is null || Sort == "date" || after is { Place: null };
        if (after is not null && byDate) newest.WhereIndexed("(published_at, id) < (?, ?)", after.PublishedAt, after.Id);
        if (Featured == true) newest.WhereIdIn(FeaturedList.Ids);
        if (Lang is not null && Fallback == false && Q is null) newest.WhereMatches("langs @> array[?]", Lang);
        var name = $"{this} {after} {limit}";
        if (Q is null) return await Read(await ByDate(), ListedArticles.ByTime);
        var query = SearchQuery.Of(Q, SearchLanguage);
        if (query.Text.Length == 0) return [];
        if (byDate)
            newest.WhereMatches($"{SearchLanguage} @@ to_tsquery('{SearchText.Configuration(SearchLanguage)}', ?)", query.Text);
        var found = byDate ? await ByDate() : await Relevance.Query(newest, query, after, limit, until, ct);
        return await articles.Search.Search(() => Read(found, byDate ? ListedArticles.ByTime : ListedArticles.ByRelevance), ct);

        Task<string> ByDate() => newest.Query(limit, after?.PublishedAt < until ? after.PublishedAt : until, ct);

        Task<IReadOnlyList<ListedArticle>> Read(string selected, string order) =>
            articles.Read(name, selected, order, ct, newest.Arguments.Values);
    }

    /// <summary>
    /// Adds the conditions on section, tag, days and featured articles: those that the indexes in the order of publication support, and
    /// those that only the word indexes support. Returns a time after which no matching article was published.
    /// </summary>
    internal DateTimeOffset Restrict(Action<string, object[]> indexed, Action<string, object[]> matches, DateTimeOffset now)
    {
        if (Section is not null) indexed("section = ?", [Section]);
        var (zone, until) = (CalendarZone.Of(TimeZone), now);
        if (From is { } from) indexed("published_at >= ?", [CalendarZone.Midnight(from, zone)]);
        if (To < DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime))
            indexed("published_at < ?", [until = CalendarZone.Midnight(To.Value.AddDays(1), zone)]);
        if (Featured == false) indexed($"not id = any({FeaturedList.Ids})", []);
        if (Tag is not null) matches("tags @> array[?]", [Tag]);
        return until;
    }
}
