using Platform.Hosting;

namespace Articles;

/// <summary>
/// What a list is filtered by. <c>from</c> and <c>to</c> are days of publishing, both included, in <c>timeZone</c> (UTC if it is absent).
/// <c>state</c> other than published is for editors, and so is <c>order</c>.
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

    internal void Check()
    {
        Language.Asked(Lang);
        CalendarZone.Of(TimeZone);
        if (Q is not null && Q.Trim().Length is 0 or > 200) throw new Malformed("q", "must be 1..200 characters");
        if (From > To) throw new Malformed("to", "must not be before from");
    }

    /// <summary>The rows that fit, newest first, after a key.</summary>
    internal async Task<IReadOnlyList<ArticleSummary>> Find(
        SearchDatabase search, IReadOnlyList<Guid> featured, ArticleList.Key? after, int limit, CancellationToken ct)
    {
        var newest = new NewestFirst(search, Q is null ? Language.Of(Lang) : SearchLanguage);
        var ids = featured.Select(Streams.Article).ToArray();
        if (Section is not null) newest.Within("section = ?", Section);
        var zone = CalendarZone.Of(TimeZone);
        if (From is { } from) newest.Within("published_at >= ?", CalendarZone.Midnight(from, zone));
        var until = search.Now;
        if (To < DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(until, zone).DateTime))
            newest.Within("published_at < ?", until = CalendarZone.Midnight(To.Value.AddDays(1), zone));
        if (after is not null) newest.Within("(published_at, id) < (?, ?)", after.PublishedAt, after.Id);
        if (Featured == true) newest.Among(ids);
        if (Featured == false) newest.Within("not id = any(?)", [ids]);
        if (Tag is not null) newest.Fits("tags @> array[?]", Tag);
        if (Lang is not null && Fallback == false && Q is null) newest.Fits("langs @> array[?]", Lang);
        if (Q is not null)
        {
            var (query, words) = SearchText.Query(Q, SearchLanguage);
            if (words.Length == 0) return [];
            newest.Fits($"{SearchLanguage} @@ {query}", words);
        }
        return await newest.Find(limit, after?.PublishedAt < until ? after.PublishedAt : until, ct);
    }
}
