namespace Articles.Search;

/// <summary>
/// The SQL for the vectors in the index and for queries of them. Besides the words of a text, a vector contains marks: lexemes with a
/// prefix that no word has. They say in the index, without reading the row, where a word occurs: t~ in the title, l~ in the title or the
/// lead, o~ at least three times, p~ for two words that follow each other. A query is marked in the same way. s~ marks nested samples
/// (<see cref="Sample"/>). Replicas of earlier versions ignore marks (docs/decisions/0134).
/// </summary>
internal static class SearchVectors
{
    /// <summary>The number of characters of a text in which pairs of words are marked.</summary>
    public const int MaxSequence = 20_000;

    /// <summary>Each sample contains about a quarter of the articles of the sample before it.</summary>
    public const int SampleRatio = 4;
    public const int Samples = 6;

    /// <summary>Title, lead and sequence of words as the arguments of <see cref="Marks"/>; the last one is the number of samples.</summary>
    public static object[] Arguments(string text, string language, string id)
    {
        var lines = text.Split('\n', 3);
        var lead = string.Join('\n', lines.Take(2));
        var sequence = text.Length <= MaxSequence ? text : text[..MaxSequence];
        return
        [
            SearchText.ForVector(lines[0], language),
            SearchText.ForVector(lead, language),
            // Chinese words are sequences of characters already.
            language == "zh" ? "" : SearchText.Sequence(sequence),
            text.Length == 0 ? 0 : Sample(id),
        ];
    }

    /// <summary>
    /// The SQL for the marks of a text, with a question mark for each of <see cref="Arguments"/>. <paramref name="vector"/> is the vector
    /// of its words.
    /// </summary>
    public static string Marks(string language, string vector) =>
        $"""
        coalesce((select array_to_tsvector(array_agg(mark)) from (
          select 't~' || lexeme from unnest(to_tsvector('{SearchText.Configuration(language)}', ?))
          union all select 'l~' || lexeme from unnest(to_tsvector('{SearchText.Configuration(language)}', ?))
          union all select 'o~' || lexeme from unnest({vector}) where cardinality(positions) > 2
          union all select pair from ({Pairs(language, "?")}) pairs
          union all select 's~' || n from generate_series(1, ?) n) marks(mark)), '')
        """;

    /// <summary>
    /// A common table expression for the query of a reader. <paramref name="text"/> and <paramref name="sequence"/> are the SQL for the
    /// properties of <see cref="SearchQuery"/>.
    /// </summary>
    public static string Query(string language, string text, string sequence) =>
        $"""
        words as materialized (
          select plain, numnode(plain) > 0 as any_words, {Marked("t~")} as title, {Marked("l~")} as lead, {Marked("o~")} as often, pairs
          from (select to_tsquery('{SearchText.Configuration(language)}', {text}) as plain,
            coalesce((select string_agg(quote_literal(pair), ' & ')::tsquery from ({Pairs(language, sequence)}) pairs),
              '''p~'''::tsquery) as pairs) typed)
        """;

    /// <summary>
    /// In how many samples an article is: in the first one with a probability of a quarter, in the second one with a sixteenth, and so on.
    /// </summary>
    private static int Sample(string id)
    {
        var hash = 2166136261;
        foreach (var c in id) hash = (hash ^ c) * 16777619; // FNV-1a
        // The low bits of FNV are poor for ids that differ only in their last characters.
        hash ^= hash >> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        return Math.Min(System.Numerics.BitOperations.TrailingZeroCount(hash) / 2, Samples);
    }

    // Marks have no positions, so words that follow each other become words that all occur.
    private static string Marked(string mark) =>
        $"regexp_replace(regexp_replace(plain::text, ' <(-|[0-9]+)> ', ' & ', 'g'), '''([^'']+)''', '''{mark}\\1''', 'g')::tsquery";

    private static string Pairs(string language, string text) =>
        $"""
        select 'p~' || lexeme || ' ' || following as pair from (
          select lexeme, lead(lexeme) over (order by place) as following
          from unnest(to_tsvector('{SearchText.Configuration(language)}', {text})), unnest(positions) place) ordered
        where following is not null
        """;
}
