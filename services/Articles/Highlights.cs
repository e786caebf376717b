using System.Net;
using System.Text;

namespace Articles;

/// <summary>Title and passages as HTML with the words found in &lt;mark&gt;; all else is escaped.</summary>
public sealed record Highlight(string Title, string Text);

/// <summary>
/// Marks what was found. Which forms of English and Russian words are meant PostgreSQL says, that stemmed them for the index: it is asked
/// about those words that begin like the ones sought, since its own ts_headline takes the whole of every text apart, which takes longer
/// than the search. Chinese is compared by its characters.
/// </summary>
internal static class Highlights
{
    private const int Longest = 20_000;
    /// <summary>Words that PostgreSQL is asked about for one answer: short words have thousands of forms.</summary>
    private const int MostForms = 2_000;

    public static async Task<Dictionary<string, Highlight>> Of(
        SearchDatabase search, string words, string language, IReadOnlyList<ArticleSummary> rows, CancellationToken ct)
    {
        if (rows.Count == 0) return [];
        var chinese = language == "zh";
        var (sought, argument) = chinese
            ? ("$2::text[]", SearchText.Words(words).Distinct().ToArray())
            : (SearchText.Stems("$2", language), (object)SearchText.Folded(words));
        var found = await search.Read(
            $"select id, coalesce(left({language}_text, {Longest}), ''), (select {sought}) from {ArticleIndexProjection.Table} where "
            + "id = any($1)",
            r => (Id: r.GetString(0), Text: r.GetString(1), Sought: r.GetFieldValue<string[]>(2)),
            ct,
            rows.Select(r => r.Id).ToArray(),
            argument);
        var texts = found.Select(
            f => (f.Id, Parts: f.Text.Split('\n', 2).Select(p => new Marked(p, Mentions(p, f.Sought, chinese))).ToArray())).ToArray();
        if (!chinese && texts.Length > 0)
        {
            var forms = await Forms(search, texts.SelectMany(t => t.Parts).SelectMany(p => p.Mentions), found[0].Sought, language, ct);
            texts = [.. texts.Select(t => t with { Parts = [.. t.Parts.Select(p => p.Of(forms))] })];
        }
        return texts.ToDictionary(
            t => t.Id, t => new Highlight(t.Parts[0].Whole(), t.Parts.Length > 1 ? t.Parts[1].Shortened(chinese ? 120 : 240) : ""));
    }

    /// <summary>Which of these words are forms of those sought, and of which.</summary>
    private static async Task<Dictionary<string, string>> Forms(
        SearchDatabase search, IEnumerable<Mention> mentions, string[] sought, string language, CancellationToken ct)
    {
        var forms = new Dictionary<string, string>();
        foreach (var (form, stem) in await search.Read(
            $"select form, stem from unnest($1) form, unnest({SearchText.Stems("form", language)}) stem where stem = any($2)",
            r => (r.GetString(0), r.GetString(1)),
            ct,
            mentions.Select(m => m.Word).Distinct().Take(MostForms).ToArray(),
            sought))
            forms.TryAdd(form, stem);
        return forms;
    }

    /// <summary>
    /// Where these stand, in order: Chinese as they are, others whole words that begin so. English changes the last letter of some: happy,
    /// happi.
    /// </summary>
    private static Mention[] Mentions(string text, string[] sought, bool chinese)
    {
        var (folded, mentions) = (SearchText.Folded(text), new List<Mention>());
        foreach (var word in sought)
        {
            var begin = chinese || word.Length <= 3 ? word : word[..^1];
            for (int at = 0, next; (at = folded.IndexOf(begin, at, StringComparison.Ordinal)) >= 0; at = next)
            {
                next = at + 1;
                if (!chinese && at > 0 && char.IsLetterOrDigit(folded[at - 1])) continue;
                next = at + begin.Length;
                while (!chinese && next < folded.Length && char.IsLetterOrDigit(folded[next])) next++;
                // One letter has no longer forms, but most words begin with one of a few.
                if (!chinese && word.Length == 1 && next > at + 1) continue;
                mentions.Add(new(at, next - at, folded[at..next]));
            }
        }
        return [.. mentions.OrderBy(m => m.At).ThenByDescending(m => m.Length)];
    }

    /// <summary>A text and what of it is to be marked, in order.</summary>
    private sealed record Marked(string Text, Mention[] Mentions)
    {
        public Marked Of(Dictionary<string, string> forms) =>
            this with { Mentions = [.. Mentions.Where(m => forms.ContainsKey(m.Word)).Select(m => m with { Word = forms[m.Word] })] };

        public string Whole() => Html(new(0, Text.Length));

        public string Shortened(int length)
        {
            var passages = Passages.Of(Text, Mentions, length);
            return (passages[0].From > 0 ? "… " : "") + string.Join(" … ", passages.Select(Html));
        }

        private string Html(Passage passage)
        {
            var (html, at) = (new StringBuilder(), passage.From);
            foreach (var mention in Mentions.Where(m => m.At < passage.To && m.End > passage.From))
            {
                // What stands inside a longer one is marked with it.
                if (mention.End <= at) continue;
                var (from, to) = (Math.Max(at, mention.At), Math.Min(mention.End, passage.To));
                html.Append(Safe(at, from)).Append("<mark>").Append(Safe(from, to)).Append("</mark>");
                at = to;
            }
            return html.Append(Safe(at, passage.To)).ToString();
        }

        private string Safe(int from, int to) =>
            WebUtility.HtmlEncode(Text[from..to].Replace('\n', ' ')).Replace("&#39;", "'", StringComparison.Ordinal);
    }
}
