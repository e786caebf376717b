using System.Globalization;

namespace Kit;

/// <summary>Data without meaning, and the two things every history is told with: a time and an id.</summary>
public static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static int _count;

    /// <summary>Never the same twice in one run.</summary>
    public static string Word(string kind) => $"{kind}-{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";

    public static Guid Id() => Guid.CreateVersion7();

    /// <summary>The same ids and orders in every run, so that a failure can be repeated.</summary>
    public static IEnumerable<Random> Seeds(int count = 200) => Enumerable.Range(1, count).Select(seed => new Random(seed));

    /// <summary>The list in some order, each item at least once and some again, as a bus may deliver it.</summary>
    public static T[] Redelivered<T>(this Random random, IReadOnlyList<T> items)
    {
        T[] delivered = [.. items, .. random.GetItems([.. items], random.Next(items.Count + 1))];
        random.Shuffle(delivered);
        return delivered;
    }
}
