using System.Net;
using System.Text;

namespace Articles;

/// <summary>Title and passages as HTML with the words found in &lt;mark&gt;; all else is escaped.</summary>
public sealed record Highlight(string Title, string Text);

/// <summary>Marks what was found: PostgreSQL for English and Russian, whose words have forms; by comparing characters for Chinese.</summary>
internal static class Highlights
{
    // Private characters mark the words until the text around them is escaped: a tag would be escaped with it.
    // PostgreSQL takes what looks like a script for one and skips it, so that brackets are hidden from it, too.
    private const char Start = '\uE000', Stop = '\uE001', Less = '\uE002', More = '\uE003';
    private const int Passage = 120;

    public static async Task<Dictionary<string, Highlight>> Of(SearchDatabase search, string words, string language, IReadOnlyList<ArticleSummary> rows, CancellationToken ct)
    {
        if (rows.Count == 0) return [];
        var ids = rows.Select(r => r.Id).ToArray();
        return language == "zh" ? await Chinese(search, words, ids, ct) : await Stemmed(search, words, language, ids, ct);
    }

    private static async Task<Dictionary<string, Highlight>> Stemmed(SearchDatabase search, string words, string language, string[] ids, CancellationToken ct)
    {
        var dictionary = language == "ru" ? "russian" : "english";
        var (query, argument) = SearchText.Query(words, language);
        // "offset 0": each text is unpacked once and not at every mention.
        var found = await search.Read(
            $"""
            select i.id,
              ts_headline('{dictionary}', split_part(i.text, e'\n', 1), q, 'HighlightAll=true, StartSel={Start}, StopSel={Stop}'),
              ts_headline('{dictionary}', substr(i.text, strpos(i.text, e'\n') + 1), q, 'MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=" … ", StartSel={Start}, StopSel={Stop}')
            from (select id, {Readable(language)} as text from {ArticleIndexProjection.Table} where id = any($1) offset 0) i, {query.Replace("?", "$2", StringComparison.Ordinal)} q
            """, r => (Id: r.GetString(0), Highlight: new Highlight(Safe(r.GetString(1)), Safe(r.GetString(2)))), ct, ids, argument);
        return found.ToDictionary(f => f.Id, f => f.Highlight);
    }

    private static async Task<Dictionary<string, Highlight>> Chinese(SearchDatabase search, string words, string[] ids, CancellationToken ct)
    {
        var sought = SearchText.Words(words).Distinct().ToArray();
        var found = await search.Read($"select id, {Readable("zh")} from {ArticleIndexProjection.Table} where id = any($1)", r => (Id: r.GetString(0), Text: r.GetString(1)), ct, [ids]);
        return found.ToDictionary(f => f.Id, f =>
        {
            var (title, text) = f.Text.Split('\n', 2) is [var first, var rest] ? (first, rest) : (f.Text, "");
            var at = sought.Select(w => text.IndexOf(w, StringComparison.OrdinalIgnoreCase)).Where(i => i >= 0).DefaultIfEmpty(0).Min();
            var from = Math.Max(0, at - Passage / 4);
            var passage = PlainText.Xml(text.Substring(from, Math.Min(Passage, text.Length - from))).Replace('\n', ' ');
            return new Highlight(Safe(Marked(title, sought)), Safe((from > 0 ? "…" : "") + Marked(passage, sought)));
        });
    }

    private static string Readable(string language) => $"translate(left({language}_text, 20000), '<>{Start}{Stop}', '{Less}{More}')";

    private static string Marked(string text, IEnumerable<string> words) =>
        words.OrderByDescending(w => w.Length).Aggregate(text, (t, w) => t.Replace(w, $"{Start}{w}{Stop}", StringComparison.OrdinalIgnoreCase));

    private static string Safe(string marked)
    {
        var html = new StringBuilder(WebUtility.HtmlEncode(marked).Replace("&#39;", "'", StringComparison.Ordinal));
        return html.Replace(Start.ToString(), "<mark>").Replace(Stop.ToString(), "</mark>").Replace(Less.ToString(), "&lt;").Replace(More.ToString(), "&gt;").ToString();
    }
}
