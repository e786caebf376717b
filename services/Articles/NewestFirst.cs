using System.Text;

namespace Articles;

/// <summary>
/// Finds the newest articles that fit, at a cost that hangs on the size of the page and not on the number of articles (docs/decisions/0036). What stands in the order
/// of publishing in an index is said by <see cref="Within"/>; what only the index of words knows (words, a tag, a language) by <see cref="Fits"/>. It is asked which of the newest
/// hundreds fit; where they do not fill the page, which of some thousands before them; then of all.
/// </summary>
internal sealed class NewestFirst(SearchDatabase search, string language)
{
    /// <summary>Articles looked at first.</summary>
    private const int First = 800;
    /// <summary>To ask for the articles of so long a time takes longer than to put in order all that fit.</summary>
    private const int Many = 20_000;
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
        for (var look = 1; ; look++)
        {
            var ids = _few || _fits.Count == 0 ? await Plain(limit, ct) : await Fitting(limit, until, ct);
            var rows = await search.Documents<ArticleSummary>($"select data from articles.mt_doc_articlesummary where id = any($1) {Order}", ct, [ids]);
            // One that was retracted between the two looks would end the list before its end.
            if (rows.Count == ids.Length || look == 3) return rows;
        }
    }

    private async Task<string[]> Plain(int limit, CancellationToken ct) =>
        [.. await search.Read($"select id from {ArticleIndexProjection.Table}{Where([.. _within, .. _fits])} {Order} limit {limit}", r => r.GetString(0), ct, _arguments)];

    private async Task<string[]> Fitting(int limit, DateTimeOffset until, CancellationToken ct)
    {
        var (dates, found) = (await search.Dates(ct), new List<string>());
        // What the moment itself holds counts, and other replicas' clocks may be ahead.
        var (end, from) = (until.AddDays(1), dates.Back(until, First));
        while (true)
        {
            found.AddRange(await Between(from, end, limit - found.Count, ct));
            if (from is null || found.Count == limit) return [.. found];
            // Three times as many as are wanted make it likely that they are enough, and are soon put in order.
            var seen = Math.Max(First, dates.Between(from.Value, until));
            var wanted = 3.0 * (limit - found.Count) * seen / Math.Max(1, found.Count);
            (end, from) = (from.Value, wanted <= Many ? dates.Back(from.Value, (int)Math.Clamp(wanted, 4 * seen, 8 * seen)) : null);
        }
    }

    /// <summary>Those that fit in a time, or in all before its end. "offset 0" keeps the planner from guessing that those that fit are many, and walking through all articles after them.</summary>
    private Task<List<string>> Between(DateTimeOffset? from, DateTimeOffset end, int limit, CancellationToken ct)
    {
        var n = _arguments.Count;
        string[] indexed = from is null ? [.. _fits] : [$"{Eras.OfRow(language)} && ${n + 3}", .. _fits], within = [.. _within, $"published_at < ${n + 1}", .. from is null ? [] : new[] { $"published_at >= ${n + 2}" }];
        return search.Read($"select id from (select id, section, published_at from {ArticleIndexProjection.Table}{Where(indexed)} offset 0) fitting{Where(within)} {Order} limit {limit}",
            r => r.GetString(0), ct, [.. _arguments, end, .. from is null ? [] : new object[] { from, Eras.Covering(language, from.Value, end) }]);
    }

    private static string Where(params string[] conditions) => conditions.Length == 0 ? "" : $" where {string.Join(" and ", conditions)}";

    private string Numbered(string sql, object[] values)
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
