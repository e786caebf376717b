using Articles.Featured;
using Articles.Publishing;
using Articles.Search;
using Platform.Web;


namespace Articles.Reading;

/// <summary>
/// The filters of a list. <c>from</c> and <c>to</c> are the first and the last day of publication, in <c>timeZone</c> (UTC if absent). Only
/// editors may use <c>order</c>, or a <c>state</c> other than published.
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
    string? Order)
{
    internal string? ShownLanguage => Q is null ? Lang : SearchLanguage;
    internal string SearchLanguage => Lang ?? SearchText.LanguageOf(Q!);

    internal void Validate()
    {
        Language.Requested(Lang);
        CalendarZone.Of(TimeZone);
        if (Q is not null && Q.Trim().Length is 0 or > 200) throw new Malformed("q", "must be 1..200 characters");
        if (From > To) throw new Malformed("to", "must not be before from");
    }

    /// <summary>The matching articles after a key, newest first.</summary>
    internal async Task<IReadOnlyList<ListedArticle>> Find(
        ListedArticles articles, ArticleList.Key? after, int limit, CancellationToken ct)
    {
        var newest = new NewestFirst(articles.Search, Q is null ? Language.OrDefault(Lang) : SearchLanguage);
        if (Section is not null) newest.WhereIndexed("section = ?", Section);
        var zone = CalendarZone.Of(TimeZone);
        if (From is { } from) newest.WhereIndexed("published_at >= ?", CalendarZone.Midnight(from, zone));
        var until = articles.Search.Now;
        if (To < DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(until, zone).DateTime))
            newest.WhereIndexed("published_at < ?", until = CalendarZone.Midnight(To.Value.AddDays(1), zone));
        if (after is not null) newest.WhereIndexed("(published_at, id) < (?, ?)", after.PublishedAt, after.Id);
        if (Featured == true) newest.WhereIdIn(FeaturedList.Ids);
        if (Featured == false) newest.WhereIndexed($"not id = any({FeaturedList.Ids})");
        if (Tag is not null) newest.WhereMatches("tags @> array[?]", Tag);
        if (Lang is not null && Fallback == false && Q is null) newest.WhereMatches("langs @> array[?]", Lang);
        if (Q is not null)
        {
            var (query, words) = SearchText.Query(Q, SearchLanguage);
            if (words.Length == 0) return [];
            newest.WhereMatches($"{SearchLanguage} @@ {query}", words);
        }
        var statement = await newest.Query(limit, after?.PublishedAt < until ? after.PublishedAt : until, ct);
        var name = $"{this} {after} {limit}";
        Task<IReadOnlyList<ListedArticle>> Read() => articles.Read(name, statement, ListedArticles.ByTime, ct, newest.Arguments);
        return Q is null ? await Read() : await articles.Search.Search(Read, ct);
    }
}
