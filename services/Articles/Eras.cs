namespace Articles;

/// <summary>
/// Time in stretches of 4, 64 and 1,024 days. An article's three are indexed beside its words, so that words are looked up in the newest articles alone:
/// few numbers stand for any length of time.
/// </summary>
public static class Eras
{
    /// <summary>A row's eras in SQL; the index holds this very expression.</summary>
    public const string OfRow =
        "array[floor(extract(epoch from published_at at time zone 'utc') / 345600)::int * 4, floor(extract(epoch from published_at at time zone 'utc') / 5529600)::int * 4 + 1, floor(extract(epoch from published_at at time zone 'utc') / 88473600)::int * 4 + 2]";

    private const int Few = 16;
    private static readonly int[] Days = [4, 64, 1024];

    /// <summary>Those that hold every moment from the one to the other: of the shortest length of which few do.</summary>
    public static int[] Covering(DateTimeOffset from, DateTimeOffset to)
    {
        var length = Array.FindIndex(Days, d => (to - from).TotalDays <= Few * d);
        if (length < 0) length = Days.Length - 1;
        int Number(DateTimeOffset moment) => (int)Math.Floor(moment.ToUnixTimeMilliseconds() / (Days[length] * 86_400_000.0));
        return [.. Enumerable.Range(Number(from), Number(to) - Number(from) + 1).Select(n => n * 4 + length)];
    }
}
