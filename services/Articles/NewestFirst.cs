using System.Text;

namespace Articles;

/// <summary>
/// Finds the newest articles that fit, at a cost that hangs on the size of the page and not on the number of articles
/// (docs/decisions/0036). What stands in the order of publishing in an index is said by <see cref="Within"/>; what only the index of words
/// knows (words, a tag, a language) by <see cref="Fits"/>. It is asked which of the newest hundreds fit; where they do not fill the page,
/// which of some thousands before them; then of all.
/// </summary>
internal sealed class NewestFirst(SearchDatabase search, string language)
{
    /// <summary>
    /// How many articles are looked at first, how many next; then all, for few fit of which so many hold less than a page, and few are soon
    /// put in order.
    /// </summary>
    private static readonly int[] Stretches = [800, 4_800, 20_000];
    private const string Order = "order by published_at desc, id desc";
    private readonly List<object> _arguments = [];
    private readonly List<string> _within = [], _fits = [];
    private bool _few;

    /// <summary>A condition on section, time or id; a value stands for each question mark.</summary>
    public void Within(string sql, params object[] values) => _within.Add(Numbered(sql, values));

    /// <summary>A condition on tags, langs or words.</summary>
    public void Fits(string sql, params object[] values) => _fits.Add(Numbered(sql, values));

    /// <summary>Only these, which are few.</summary>
    public void Among(string[] ids)
    {
        Within("id = any(?)", [ids]);
        _few = true;
    }

    /// <summary>The rows of the newest that fit; none of them was published after that moment.</summary>
    public async Task<IReadOnlyList<ArticleSummary>> Find(int limit, DateTimeOffset until, CancellationToken ct)
    {
        var ids = _few || _fits.Count == 0
            ? $"select id from {ArticleIndexProjection.Table}{Where([.. _within, .. _fits])} {Order} limit {limit}"
            : await Looks(limit, until, ct);
        return await search.Documents<ArticleSummary>(
            $"select data from ({ids}) found join articles.mt_doc_articlesummary using (id) {Order}", ct, _arguments);
    }

    private async Task<string> Looks(int limit, DateTimeOffset until, CancellationToken ct)
    {
        var (dates, looks) = (await search.Dates(ct), new List<string>());
        // What the moment itself holds counts, and other replicas' clocks may be ahead.
        var (end, seen) = (until.AddDays(1), until);
        foreach (var articles in Stretches)
        {
            if (dates.Back(seen, articles) is not { } from) break;
            looks.Add(Look(from, end, limit));
            end = seen = from;
        }
        looks.Add(Look(null, end, limit));
        // Each look is made when those before it have not filled the page.
        return $"select id from ({string.Join(" union all ", looks)}) looks limit {limit}";
    }

    /// <summary>
    /// Those that fit in a time, or in all before its end. "offset 0" keeps the planner from guessing that those that fit are many, and
    /// walking through all articles after them.
    /// </summary>
    private string Look(DateTimeOffset? from, DateTimeOffset end, int limit)
    {
        var (fits, within) = (new List<string>(_fits), new List<string>(_within) { Numbered("published_at < ?", end) });
        if (from is { } start)
        {
            fits.Insert(0, Numbered($"{Eras.OfRow(language)} && ?", Eras.Covering(language, start, end)));
            within.Add(Numbered("published_at >= ?", start));
        }
        return $"(select id from (select id, section, published_at from {ArticleIndexProjection.Table}{Where(
            [.. fits])} offset 0) fitting{Where(
        [
            .. within,
        ])} {Order} limit {limit})";
    }

    private static string Where(params string[] conditions) => conditions.Length == 0 ? "" : $" where {string.Join(" and ", conditions)}";

    private string Numbered(string sql, params object[] values)
    {
        var numbered = new StringBuilder(sql);
        foreach (var value in values)
        {
            _arguments.Add(value);
            numbered.Replace("?", $"${_arguments.Count}", numbered.ToString().IndexOf('?', StringComparison.Ordinal), 1);
        }
        return numbered.ToString();
    }
}
