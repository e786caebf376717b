using Articles.Reading;

namespace Articles.Search;

/// <summary>Where the words of a query occur in an article, from the least to the most relevant place.</summary>
internal enum Place
{
    /// <summary>Anywhere in the text.</summary>
    Text = 1,
    /// <summary>In the text, one after the other, or each of them at least three times.</summary>
    Topic = 2,
    /// <summary>In the title or in the lead.</summary>
    Lead = 3,
    /// <summary>In the title.</summary>
    Title = 4,
    /// <summary>In the title, and one after the other.</summary>
    TitlePhrase = 5,
}

/// <summary>
/// The order by relevance (docs/decisions/0135). A better place outweighs a certain age: an article with the words in its title comes
/// before one that has them only in the text, unless it is <see cref="Advantage"/> older. So the order depends only on the articles and not
/// on the current time, a page begins at a key as in every list, and the best articles of each place are its newest ones, which
/// <see cref="NewestFirst"/> finds without reading the others.
/// </summary>
internal static class Relevance
{
    /// <summary>
    /// The steps of <see cref="NewestFirst"/>. Words are rarer in titles and leads than in texts, so one step before the last is enough
    /// there: each step of each place costs time, even if it finds nothing.
    /// </summary>
    private static readonly int[] Steps = [1_600], StepsOfText = [1_600, 12_800];

    /// <summary>By how much an article with the words in this place may be older than one with the words anywhere.</summary>
    public static TimeSpan Advantage(Place place) => TimeSpan.FromDays(365 * place switch
    {
        Place.TitlePhrase => 18,
        Place.Title => 16,
        Place.Lead => 8,
        Place.Topic => 4,
        _ => 0,
    });

    /// <summary>The query for the most relevant articles (<see cref="ListedArticles.SelectRanked"/>) after a key.</summary>
    /// <param name="newest">The other conditions.</param>
    /// <param name="query">The words.</param>
    /// <param name="after">The key of the last article of the page before, with its place; null for the first page.</param>
    /// <param name="limit">The number of articles.</param>
    /// <param name="until">No matching article was published after this time.</param>
    /// <param name="ct">Cancels reading the distribution of the dates.</param>
    public static async Task<string> Query(
        NewestFirst newest,
        SearchQuery query,
        ArticleList.Key? after,
        int limit,
        DateTimeOffset until,
        CancellationToken ct)
    {
        var words = Words(newest.Arguments, query);
        var places = new List<string>();
        foreach (var place in Enum.GetValues<Place>())
        {
            // A single word has no phrase.
            if (place == Place.TitlePhrase && !query.Sequence.Contains(' ', StringComparison.Ordinal)) continue;
            var (indexed, last) = (Array.Empty<string>(), until);
            if (after is { Place: { } seen })
            {
                var bound = after.PublishedAt + Advantage(seen) - Advantage(place);
                indexed = [newest.Arguments.Number("(published_at, id) < (?, ?)", bound, after.Id)];
                if (bound < last) last = bound;
            }
            var ids = await newest.Ids(
                limit, last, [Matches(query.Language, Condition(place))], indexed, place == Place.Text ? StepsOfText : Steps, ct);
            places.Add(
                $"select id, {(int)place} as place, published_at + interval '{Advantage(place).TotalHours} hours' as score"
                + $" from ({ids}) {place.ToString().ToLowerInvariant()}");
        }
        var ranked = $"select * from ({string.Join(" union all ", places)}) ranked order by score desc, id desc limit {limit}";
        return $"{ListedArticles.SelectRanked} join (with {words} {ranked}) matching using (id)";
    }

    /// <summary>The words as a common table expression for <see cref="Matches"/>.</summary>
    public static string Words(SqlArguments arguments, SearchQuery query) =>
        SearchVectors.Query(query.Language, arguments.Add(query.Text), arguments.Add(query.Sequence));

    /// <summary>
    /// The condition that a row matches an expression of <c>plain</c>, <c>title</c>, <c>lead</c>, <c>often</c> and <c>pairs</c>.
    /// </summary>
    public static string Matches(string language, string condition) =>
        $"{language} @@ (select {condition} from words) and (select any_words from words)";

    /// <summary>An article has exactly one place, so that no list contains it twice.</summary>
    private static string Condition(Place place) => place switch
    {
        Place.TitlePhrase => "plain && title && pairs",
        Place.Title => "plain && title && !!pairs",
        Place.Lead => "plain && lead && !!title",
        Place.Topic => "plain && (often || pairs) && !!lead",
        _ => "plain && !!lead && !!often && !!pairs",
    };
}
