namespace Articles;

/// <summary>
/// Time in stretches of 4, 64 and 1,024 days. An article's are indexed beside its words, so that words are looked up among the newest
/// articles alone: few numbers stand for any length of time. Each language has numbers of its own, for PostgreSQL takes the index that has
/// them, and no other language's.
/// </summary>
public static class Eras
{
    private const int Seconds = 4 * 24 * 60 * 60;
    private static readonly int[] Lengths = [1, 16, 256];

    /// <summary>A row's eras in SQL; the language's index holds this very expression.</summary>
    public static string OfRow(string language) =>
        $"array[{string.Join(
            ", ",
            Lengths.Select(
                (length, kind) =>
                    $"floor(extract(epoch from published_at at time zone 'utc') / {Seconds * length})::int * {Kinds} + {Kind(
                        language, kind)}"))}]";

    /// <summary>
    /// Those that hold every moment from the one to the other, and few other moments: the longest in the middle, short ones at the ends.
    /// </summary>
    public static int[] Covering(string language, DateTimeOffset from, DateTimeOffset to)
    {
        var (eras, last) = (new List<int>(), Number(to));
        for (var n = Number(from); n <= last;)
        {
            var kind = Array.FindLastIndex(Lengths, length => n % length == 0 && n + length - 1 <= last);
            eras.Add(n / Lengths[kind] * Kinds + Kind(language, kind));
            n += Lengths[kind];
        }
        return [.. eras];
    }

    private static int Kinds => Lengths.Length * Languages.All.Count;
    private static int Kind(string language, int kind) => kind * Languages.All.Count + Languages.Rank(language);
    private static int Number(DateTimeOffset moment) => (int)Math.Floor(moment.ToUnixTimeMilliseconds() / (Seconds * 1000.0));
}
