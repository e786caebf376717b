
namespace Articles.Search;

/// <summary>
/// Numbers the periods of 4, 64 and 1,024 days. The buckets of an article are indexed together with its words, so that a search can be
/// limited to the newest articles: a few numbers cover a period of any length. Each language has its own numbers, so that PostgreSQL cannot
/// use the index of another language.
/// </summary>
public static class TimeBuckets
{
    private const int ShortestInSeconds = 4 * 24 * 60 * 60;
    private static readonly int[] Lengths = [1, 16, 256];

    /// <summary>
    /// The SQL expression for the buckets of a row. PostgreSQL uses the index of a language only if a query contains exactly the expression
    /// that is indexed.
    /// </summary>
    public static string OfRow(string language)
    {
        var numbers = Lengths.Select((length, level) =>
            $"floor(extract(epoch from published_at at time zone 'utc') / {ShortestInSeconds * length})::int"
            + $" * {Stride} + {Offset(language, level)}");
        return $"array[{string.Join(", ", numbers)}]";
    }

    /// <summary>
    /// The buckets that cover a period, with long buckets in the middle and short ones at the ends, so that they cover little else.
    /// </summary>
    public static int[] Covering(string language, DateTimeOffset from, DateTimeOffset to)
    {
        var (buckets, last) = (new List<int>(), Number(to));
        for (var n = Number(from); n <= last;)
        {
            var level = Array.FindLastIndex(Lengths, length => n % length == 0 && n + length - 1 <= last);
            buckets.Add(n / Lengths[level] * Stride + Offset(language, level));
            n += Lengths[level];
        }
        return [.. buckets];
    }

    private static int Stride => Lengths.Length * Languages.All.Count;
    private static int Offset(string language, int level) => level * Languages.All.Count + Languages.Rank(language);
    private static int Number(DateTimeOffset moment) => (int)Math.Floor(moment.ToUnixTimeMilliseconds() / (ShortestInSeconds * 1000.0));
}
