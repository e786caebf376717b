using System.Net;
using System.Text;
using Articles.Reading;

namespace Articles.Search;

/// <summary>The title and the best passages as HTML. Matching words are in &lt;mark&gt;, and all other text is escaped.</summary>
public sealed record Highlight(string Title, string Text);

/// <summary>
/// Highlights the matching words in search results. Words that begin like a search word are candidates, and PostgreSQL decides which of
/// them match, because the same dictionary built the index. Its function ts_headline parses the complete text of every article, which takes
/// longer than the search (docs/decisions/0037). Chinese is compared character by character.
/// </summary>
internal static class Highlights
{
    private const int MaxTextLength = 20_000;
    /// <summary>The maximum number of candidates per page of results. Short words have thousands of them.</summary>
    private const int MaxCandidates = 2_000;

    public static async Task<Dictionary<string, Highlight>> Of(
        SearchDatabase search,
        string words,
        string language,
        IReadOnlyList<ArticleSummary> rows,
        CancellationToken ct)
    {
        if (rows.Count == 0) return [];
        var chinese = language == "zh";
        var (sought, argument) = chinese
            ? ("$2::text[]", WordGroup.Of(SearchText.Normalised(words)).SelectMany(g => g.Words).Distinct().ToArray())
            : (SearchText.Stems("$2", language), (object)SearchText.ForVector(words, language));
        var found = await search.Read(
            $"select id, coalesce(left({language}_text, {MaxTextLength}), ''), (select {sought}) from {ArticleIndexProjection.Table} where "
            + "id = any($1)",
            r => (Id: r.GetString(0), Text: r.GetString(1), Sought: r.GetFieldValue<string[]>(2)),
            ct,
            rows.Select(r => r.Id).ToArray(),
            argument);
        var texts = found.Select(
            f => (
                f.Id,
                Parts: f.Text.Split('\n', 2).Select(p => new HighlightedText(p, Mentions(p, f.Sought, chinese))).ToArray())).ToArray();
        if (!chinese && texts.Length > 0)
        {
            var forms = await Forms(search, texts.SelectMany(t => t.Parts).SelectMany(p => p.Mentions), found[0].Sought, language, ct);
            texts = [.. texts.Select(t => t with { Parts = [.. t.Parts.Select(p => p.Only(forms))] })];
        }
        return texts.ToDictionary(
            t => t.Id, t => new Highlight(t.Parts[0].Complete(), t.Parts.Length > 1 ? t.Parts[1].Excerpt(chinese ? 120 : 240) : ""));
    }

    /// <summary>Maps each candidate that is a form of a search word to its stem.</summary>
    private static async Task<Dictionary<string, string>> Forms(
        SearchDatabase search,
        IEnumerable<Mention> mentions,
        string[] sought,
        string language,
        CancellationToken ct)
    {
        var forms = new Dictionary<string, string>();
        foreach (var (form, stem) in await search.Read(
            $"select form, stem from unnest($1) form, unnest({SearchText.Stems("form", language)}) stem where stem = any($2)",
            r => (r.GetString(0), r.GetString(1)),
            ct,
            mentions.Select(m => m.Word).Distinct().Take(MaxCandidates).ToArray(),
            sought))
            forms.TryAdd(form, stem);
        return forms;
    }

    /// <summary>
    /// Finds the candidates in their order in the text: exact matches in Chinese, and in other scripts whole words, or groups of joined
    /// words, with the same beginning. The last letter of a stem is ignored, because English stemming changes it in some words (happy,
    /// happi).
    /// </summary>
    private static Mention[] Mentions(string text, string[] sought, bool chinese)
    {
        var (folded, mentions) = (SearchText.Folded(text), new List<Mention>());
        if (!chinese)
            foreach (var (at, end) in Joined(folded))
            {
                var whole = string.Concat(folded[at..end].Where(char.IsLetterOrDigit));
                if (sought.Any(word => whole.StartsWith(Beginning(word), StringComparison.Ordinal)))
                    mentions.Add(new(at, end - at, whole));
            }
        foreach (var word in sought)
        {
            var begin = chinese ? word : Beginning(word);
            for (int at = 0, next; (at = folded.IndexOf(begin, at, StringComparison.Ordinal)) >= 0; at = next)
            {
                next = at + 1;
                if (!chinese && at > 0 && char.IsLetterOrDigit(folded[at - 1])) continue;
                next = at + begin.Length;
                while (!chinese && next < folded.Length && char.IsLetterOrDigit(folded[next])) next++;
                // A word of one letter has no longer forms. Without this rule, a few letters would make most words candidates.
                if (!chinese && word.Length == 1 && next > at + 1) continue;
                mentions.Add(new(at, next - at, folded[at..next]));
            }
        }
        return [.. mentions.OrderBy(m => m.At).ThenByDescending(m => m.Length)];
    }

    private static string Beginning(string stem) => stem.Length <= 3 ? stem : stem[..^1];

    /// <summary>The groups of words that are joined by one character each (<see cref="WordGroup.Joints"/>).</summary>
    private static IEnumerable<(int At, int End)> Joined(string text)
    {
        for (int next, at = 0; (next = text.AsSpan(at).IndexOfAny(WordGroup.Joints)) >= 0;)
        {
            var (from, to) = (at + next, at + next);
            while (from > at && char.IsLetterOrDigit(text[from - 1])) from--;
            while (to + 1 < text.Length && WordGroup.Joints.Contains(text[to]) && char.IsLetterOrDigit(text[to + 1]))
                for (to++; to < text.Length && char.IsLetterOrDigit(text[to]);) to++;
            if (from < at + next && to > at + next) yield return (from, to);
            at = Math.Max(to, at + next + 1);
        }
    }

    /// <summary>A text and the words to highlight in it, in their order.</summary>
    private sealed record HighlightedText(string Text, Mention[] Mentions)
    {
        public HighlightedText Only(Dictionary<string, string> forms) =>
            this with { Mentions = [.. Mentions.Where(m => forms.ContainsKey(m.Word)).Select(m => m with { Word = forms[m.Word] })] };

        public string Complete() => Html(new(0, Text.Length));

        public string Excerpt(int length)
        {
            var passages = Passages.Of(Text, Mentions, length);
            return (passages[0].From > 0 ? "… " : "") + string.Join(" … ", passages.Select(Html));
        }

        private string Html(Passage passage)
        {
            var (html, at) = (new StringBuilder(), passage.From);
            foreach (var mention in Mentions.Where(m => m.At < passage.To && m.End > passage.From))
            {
                // A mention inside a longer one is already highlighted.
                if (mention.End <= at) continue;
                var (from, to) = (Math.Max(at, mention.At), Math.Min(mention.End, passage.To));
                html.Append(Escape(at, from)).Append("<mark>").Append(Escape(from, to)).Append("</mark>");
                at = to;
            }
            return html.Append(Escape(at, passage.To)).ToString();
        }

        private string Escape(int from, int to) =>
            WebUtility.HtmlEncode(Text[from..to].Replace('\n', ' ')).Replace("&#39;", "'", StringComparison.Ordinal);
    }
}
