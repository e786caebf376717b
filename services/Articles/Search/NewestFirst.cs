using Articles.Reading;

namespace Articles.Search;

/// <summary>
/// Builds the query for the newest matching articles. Its cost depends on the size of the page and not on the number of articles
/// (docs/decisions/0036). <see cref="WhereIndexed"/> adds conditions that an index in the order of publication supports.
/// <see cref="WhereMatches"/> adds those that only the word index supports: words, tags and languages. The query first searches the newest
/// few hundred articles. If they do not fill the page, it searches some thousands of older ones, and finally all.
/// </summary>
internal sealed class NewestFirst(SearchDatabase search, string language)
{
    /// <summary>
    /// The number of articles that each step searches. The last step searches all: if this many articles contain less than a page of
    /// matches, matches are rare, and sorting all of them is fast.
    /// </summary>
    private static readonly int[] StepSizes = [800, 4_800, 20_000];

    private const string Order = "order by published_at desc, id desc";
    private readonly SqlArguments _arguments = new();
    private readonly List<string> _indexed = [], _matches = [];
    private bool _isLimitedToIds;

    /// <summary>Adds a condition on section, time or id. Each question mark is replaced by a value.</summary>
    public void WhereIndexed(string sql, params object[] values) => _indexed.Add(_arguments.Number(sql, values));

    /// <summary>Adds a condition on tags, languages or words. Each question mark is replaced by a value.</summary>
    public void WhereMatches(string sql, params object[] values) => _matches.Add(_arguments.Number(sql, values));

    /// <summary>Limits the search to an SQL array of ids, which must be few.</summary>
    public void WhereIdIn(string ids)
    {
        WhereIndexed($"id = any({ids})");
        _isLimitedToIds = true;
    }

    /// <summary>The arguments of the query. The caller may add some.</summary>
    public SqlArguments Arguments => _arguments;

    /// <summary>
    /// The query for the summaries of the newest matching articles (<see cref="ListedArticles.Select"/>). The caller guarantees that none
    /// of them was published after <paramref name="until"/>.
    /// </summary>
    public async Task<string> Query(int limit, DateTimeOffset until, CancellationToken ct) =>
        // The summaries have the same indexes in the order of publication as the index table.
        _matches.Count == 0
            ? $"{ListedArticles.Select}{Where([.. _indexed])} {Order} limit {limit}"
            : $"{ListedArticles.Select} join ({await Ids(limit, until, [], [], StepSizes, ct)}) matching using (id)";

    /// <summary>
    /// The query for id and date of the newest articles that match the conditions and also those of the arguments, whose values are among
    /// <see cref="Arguments"/>. <paramref name="steps"/> contains the number of articles that each step but the last searches.
    /// </summary>
    public async Task<string> Ids(
        int limit, DateTimeOffset until, string[] matches, string[] indexed, IReadOnlyList<int> steps, CancellationToken ct)
    {
        string[] allMatches = [.. _matches, .. matches], allIndexed = [.. _indexed, .. indexed];
        if (_isLimitedToIds)
            return $"select id, published_at from {ArticleIndexProjection.Table}{Where([.. allIndexed, .. allMatches])} {Order}"
                + $" limit {limit}";
        var (dates, looks) = (await search.Dates(ct), new List<string>());
        // One day more, because articles published at that time are included, and the clocks of other replicas may be ahead.
        var (end, seen) = (until.AddDays(1), until);
        foreach (var articles in steps)
        {
            if (dates.Back(seen, articles) is not { } from) break;
            looks.Add(Step(from, end, limit, allMatches, allIndexed));
            end = seen = from;
        }
        looks.Add(Step(null, end, limit, allMatches, allIndexed));
        // PostgreSQL runs a step only if the steps before it have not filled the page.
        return $"select id, published_at from ({string.Join(" union all ", looks)}) looks limit {limit}";
    }

    /// <summary>
    /// Searches one period, or everything before its end if <paramref name="from"/> is null. "offset 0" keeps the planner from assuming
    /// that there are many matches, and from walking through all articles to find them.
    /// </summary>
    private string Step(DateTimeOffset? from, DateTimeOffset end, int limit, string[] matches, string[] indexed)
    {
        indexed = [.. indexed, _arguments.Number("published_at < ?", end)];
        if (from is { } start)
        {
            matches =
            [
                _arguments.Number($"{TimeBuckets.OfRow(language)} && ?", TimeBuckets.Covering(language, start, end)),
                .. matches,
            ];
            indexed = [.. indexed, _arguments.Number("published_at >= ?", start)];
        }
        var matching = $"select id, section, published_at from {ArticleIndexProjection.Table}{Where(matches)} offset 0";
        return $"(select id, published_at from ({matching}) fitting{Where(indexed)} {Order} limit {limit})";
    }

    private static string Where(string[] conditions) => conditions.Length == 0 ? "" : $" where {string.Join(" and ", conditions)}";
}
