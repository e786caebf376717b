using System.Text;

namespace Articles;

/// <summary>
/// Finds the newest articles that fit, at a cost that hangs on the size of the page and not on the number of articles (docs/decisions/0036). What stands in the order
/// of publishing in an index is said by <see cref="Within"/>; what only the index of words knows (words, a tag, a language) by <see cref="Fits"/>. Of the latter the
/// newest are looked at one by one; where too few of them fit, the index is asked for ever longer stretches of time, by as many more as were still missing.
/// </summary>
internal sealed class NewestFirst(SearchDatabase search)
{
    /// <summary>Articles looked at one by one, which takes as long as one look into the index.</summary>
    private const int Looked = 100;
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

    /// <summary>The rows of the newest that fit.</summary>
    public async Task<IReadOnlyList<ArticleSummary>> Find(int limit, CancellationToken ct)
    {
        for (var look = 1; ; look++)
        {
            var ids = _few || _fits.Count == 0 ? await Plain(limit, ct) : await Fitting(limit, ct);
            var rows = await search.Documents<ArticleSummary>($"select data from articles.mt_doc_articlesummary where id = any($1) {Order}", ct, [ids]);
            // One that was retracted between the two looks would end the list before its end.
            if (rows.Count == ids.Length || look == 3) return rows;
        }
    }

    private async Task<string[]> Plain(int limit, CancellationToken ct) =>
        [.. await search.Read($"select id from {ArticleIndexProjection.Table}{Where([.. _within, .. _fits])} {Order} limit {limit}", r => r.GetString(0), ct, _arguments)];

    private async Task<string[]> Fitting(int limit, CancellationToken ct)
    {
        var newest = await search.Read(
            $"""
            select id, published_at, ({string.Join(" and ", _fits)}) is true, (select min(published_at) from {ArticleIndexProjection.Table})
            from (select * from {ArticleIndexProjection.Table}{Where(_within)} {Order} limit {Looked}) newest {Order}
            """, r => (Id: r.GetString(0), At: r.GetFieldValue<DateTimeOffset>(1), Fits: r.GetBoolean(2), Oldest: r.GetFieldValue<DateTimeOffset>(3)), ct, _arguments);
        var found = newest.Where(n => n.Fits).Select(n => n.Id).Take(limit).ToArray();
        if (found.Length == limit || newest.Count < Looked) return found;

        var (start, all) = (newest[0].At, (newest[0].At - newest[0].Oldest).TotalDays);
        for (var days = Math.Max(1, (start - newest[^1].At).TotalDays); ;)
        {
            // Three times as many as are wanted make it likely that they are enough, and are soon put in order.
            days *= Math.Clamp(3.0 * limit / Math.Max(1, found.Length), 4, 64);
            if (days >= all) return await InIndex(null, limit, ct);
            found = await InIndex(Eras.Covering(start.AddDays(-days), start), limit, ct);
            if (found.Length == limit) return found;
        }
    }

    /// <summary>"offset 0" keeps the planner from guessing that those that fit are many, and walking through all articles after them.</summary>
    private async Task<string[]> InIndex(int[]? eras, int limit, CancellationToken ct)
    {
        string[] indexed = eras is null ? [.. _fits] : [$"{Eras.OfRow} && ${_arguments.Count + 1}", .. _fits];
        var sql = $"select id from (select id, section, published_at from {ArticleIndexProjection.Table}{Where(indexed)} offset 0) fitting{Where(_within)} {Order} limit {limit}";
        object[] arguments = eras is null ? [.. _arguments] : [.. _arguments, eras];
        return [.. _fits.Count == 1 ? await search.Read(sql, r => r.GetString(0), ct, arguments) : await search.Plan(sql, r => r.GetString(0), ct, arguments)];
    }

    private static string Where(IReadOnlyCollection<string> conditions) => conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";

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
