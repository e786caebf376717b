using System.Text.RegularExpressions;
using Articles.Reading;

namespace Articles.Search;

/// <summary>
/// Finds other words for a search that finds nothing or little: in the language of their script, typed with the other keyboard layout, in
/// the other alphabet, or with typing errors corrected. A correction is returned only if it finds articles, so it never contains a word
/// that readers cannot see.
/// </summary>
public sealed class Corrections(SearchDatabase search, ListedArticles articles)
{
    /// <summary>Other words are looked for if fewer articles than this are found.</summary>
    internal const int Few = 3;

    /// <summary>By which factor a similar word must be used more often than a word that is in the dictionary.</summary>
    private const int MuchMoreOften = 10;
    private const int MaxWords = 8, MaxCandidates = 20, MaxTries = 3;

    /// <summary>The words that find articles, the filter with them, and these articles.</summary>
    internal sealed record Corrected(SimilarWords Words, ArticleFilter Filter, IReadOnlyList<ListedArticle> Found);

    /// <summary>
    /// Returns the first alternative that finds more than <paramref name="found"/> articles. If the words as typed find articles, only
    /// typing errors are corrected.
    /// </summary>
    internal async Task<Corrected?> Find(ArticleFilter filter, int found, int limit, CancellationToken ct)
    {
        var typed = (Words: filter.Q!, Language: filter.SearchLanguage);
        var alternatives = found > 0 ? [] : Alternatives(typed.Words, typed.Language).ToArray();
        foreach (var (words, language) in alternatives)
            if (await Try(words, language) is { } corrected) return corrected;
        foreach (var (words, language) in alternatives.Prepend(typed))
            foreach (var spelled in await Spelled(words, language, ct))
                if (await Try(spelled, language) is { } corrected) return corrected;
        return null;

        async Task<Corrected?> Try(string words, string language)
        {
            if (words.Length > ArticleFilter.MaxWords || string.IsNullOrWhiteSpace(words)) return null;
            var other = filter with { Q = words, Lang = language };
            var matches = await other.Find(articles, null, limit, ct);
            return matches.Count > found ? new(new(words, language), other, matches) : null;
        }
    }

    /// <summary>The words in other languages and alphabets; those in the language of the search come first.</summary>
    private static IEnumerable<(string Words, string Language)> Alternatives(string typed, string language)
    {
        (string Words, string Language)?[] all =
        [
            (typed, SearchText.LanguageOf(typed)),
            Keyboard.OtherLayout(typed),
            Keyboard.Transliterated(typed),
        ];
        return all.OfType<(string Words, string Language)>().Where(a => a != (typed, language)).OrderBy(a => a.Language != language);
    }

    /// <summary>The words with corrected typing errors, the most likely correction first.</summary>
    private async Task<IReadOnlyList<string>> Spelled(string typed, string language, CancellationToken ct)
    {
        if (language == "zh") return [];
        var normalised = SearchText.Normalised(typed);
        var words = WordGroup.Of(normalised).SelectMany(g => g.Words).Where(w => w.Length > 2 && DictionaryProjection.IsWord(w))
            .Distinct().Take(MaxWords).ToArray();
        var corrections = new List<(string Word, string[] Meant)>();
        foreach (var (word, uses) in await Doubtful(words, language, ct))
            if (await Similar(word, uses, language, ct) is { Length: > 0 } meant) corrections.Add((word, meant));
        if (corrections.Count == 0) return [];
        // The second and the third most likely words are tried only for one word at a time.
        string[] Meant(int choice) => [.. corrections.Select(c => c.Meant[Math.Min(choice, c.Meant.Length - 1)])];
        return
        [
            .. Enumerable.Range(0, MaxTries)
                .Select(choice => corrections.Select(c => c.Word).Zip(Meant(choice)).Aggregate(normalised, Replace)).Distinct(),
        ];
    }

    private static string Replace(string text, (string Word, string Meant) correction) => Regex.Replace(
        text, $@"(?<![\p{{L}}\p{{N}}]){Regex.Escape(correction.Word)}(?![\p{{L}}\p{{N}}])", correction.Meant);

    /// <summary>The words that no article contains in any form, with 0, and the others with the number of their uses.</summary>
    private Task<List<(string Word, long Uses)>> Doubtful(string[] words, string language, CancellationToken ct) => search.Read(
        $"""
        select typed.word,
          case when exists (select from {ArticleIndexProjection.Table} where {language} @@ typed.query) then coalesce(d.uses, 1) else 0 end
        from (select word, to_tsquery('{SearchText.Configuration(language)}', word) as query from unnest($1) word) typed
        left join {DictionaryProjection.Table} d on d.word = typed.word and d.lang = $2
        where numnode(typed.query) > 0
        """,
        row => (row.GetString(0), row.GetInt64(1)),
        ct,
        words,
        language);

    /// <summary>The words that the reader may have meant, the most likely one first.</summary>
    private async Task<string[]> Similar(string word, long uses, string language, CancellationToken ct)
    {
        var neighbours = TypingErrors.Neighbours(word);
        var parts = neighbours.Where(n => n.Contains(' ', StringComparison.Ordinal)).Select(n => n.Split(' ')).ToArray();
        var known = await search.Read(
            $"select word, uses from {DictionaryProjection.Table} where lang = $1 and word = any($2)",
            row => (Word: row.GetString(0), Uses: row.GetInt64(1)),
            ct,
            language,
            neighbours.Concat(parts.SelectMany(p => p)).Distinct().ToArray());
        var used = known.ToDictionary(k => k.Word, k => k.Uses);
        var candidates = known.Where(k => neighbours.Contains(k.Word)).ToList();
        foreach (var two in parts.Where(p => p.All(used.ContainsKey)))
            candidates.Add((string.Join(' ', two), Math.Min(used[two[0]], used[two[1]])));
        if (candidates.Count == 0 && TypingErrors.MaxErrors(word) > 1) candidates = await MostSimilar(word, language, ct);
        return [.. TypingErrors.Ranked(word, candidates.Where(c => c.Uses > uses * MuchMoreOften)).Take(MaxTries)];
    }

    /// <summary>The words with more than one error; none if PostgreSQL has no trigrams.</summary>
    private async Task<List<(string Word, long Uses)>> MostSimilar(string word, string language, CancellationToken ct)
    {
        var hasTrigrams = await search.Read(
            $"select to_regclass('articles.{WordIndexes.Trigrams}') is not null", row => row.GetBoolean(0), ct);
        if (!hasTrigrams[0]) return [];
        var similar = await search.Read(
            $"""
            select word, uses from {DictionaryProjection.Table} where lang = $1 and word % $2
            order by similarity(word, $2) desc, word limit {MaxCandidates}
            """,
            row => (Word: row.GetString(0), Uses: row.GetInt64(1)),
            ct,
            language,
            word);
        return [.. similar.Where(s => TypingErrors.Distance(word, s.Word) <= TypingErrors.MaxErrors(word))];
    }
}
