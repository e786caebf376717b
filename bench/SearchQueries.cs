using System.Text.Json;

namespace Bench;

/// <summary>A query with the articles that a reader expects, graded from 1 (mentions the subject) to 3 (is about it).</summary>
internal sealed record JudgedQuery(string Lang, string Q, IReadOnlyDictionary<Guid, int> Relevant)
{
    /// <summary>The number of results of which the quality is judged.</summary>
    public const int Depth = 10;

    /// <summary>The queries about the seeds, which were judged by hand (bench/search/queries.json).</summary>
    public static IReadOnlyList<JudgedQuery> AboutSeeds() => JsonSerializer.Deserialize<List<JudgedQuery>>(
        File.ReadAllText(Path.Combine(PrivateSystem.Root, "bench", "search", "queries.json")), JsonSerializerOptions.Web)!;

    /// <summary>
    /// The normalised discounted cumulative gain of the first results: 1 if the articles with the highest grades come first, 0 if none of
    /// the results is relevant.
    /// </summary>
    public double Ndcg(IReadOnlyList<Guid> results)
    {
        static double Gain(IEnumerable<int> grades) =>
            grades.Take(Depth).Select((grade, i) => (Math.Pow(2, grade) - 1) / Math.Log2(i + 2)).Sum();
        return Gain(results.Select(r => Relevant.GetValueOrDefault(r))) / Gain(Relevant.Values.OrderDescending());
    }

    /// <summary>The share of the relevant articles among the first results, of those that fit there.</summary>
    public double Recall(IReadOnlyList<Guid> results) =>
        (double)results.Take(Depth).Count(Relevant.ContainsKey) / Math.Min(Depth, Relevant.Count);

    /// <summary>Whether one of the articles with the highest grade is among the first results.</summary>
    public bool IsFound(IReadOnlyList<Guid> results)
    {
        var best = Relevant.Values.Max();
        return results.Take(Depth).Any(r => Relevant.GetValueOrDefault(r) == best);
    }

    /// <summary>
    /// The query with one typing error in its longest word: a letter missing, swapped with the next one, wrong, or typed twice, depending
    /// on <paramref name="number"/>. Null if no word has at least four letters.
    /// </summary>
    public JudgedQuery? WithTypingError(int number)
    {
        var word = Q.Split(' ').Where(w => w.All(char.IsLetter)).MaxBy(w => w.Length);
        if (word is not { Length: >= 4 }) return null;
        var at = 1 + number * 7 % (word.Length - 2);
        var (before, letter, after) = (word[..at], word[at], word[(at + 1)..]);
        var wrong = (number % 4) switch
        {
            0 => $"{before}{after}",
            1 => $"{before}{after[0]}{letter}{after[1..]}",
            2 => $"{before}{(letter is 'o' or 'о' ? Lang == "ru" ? 'а' : 'i' : Lang == "ru" ? 'о' : 'o')}{after}",
            _ => $"{before}{letter}{letter}{after}",
        };
        return wrong == word ? WithTypingError(number + 3) : this with { Q = Q.Replace(word, wrong, StringComparison.Ordinal) };
    }
}
