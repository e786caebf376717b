using System.Globalization;

namespace Kit;

/// <summary>Arbitrary test data: times, ids, words and random generators.</summary>
public static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static int _count;

    /// <summary>A word that is unique in this run.</summary>
    public static string Word(string kind) => $"{kind}-{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";

    public static Guid Id() => Guid.CreateVersion7();

    /// <summary>Random generators with the same seeds in every run, so that a failure can be reproduced.</summary>
    public static IEnumerable<Random> Seeds(int count = 200) => Enumerable.Range(1, count).Select(seed => new Random(seed));

    /// <summary>The items in random order, each at least once and some repeatedly, as a bus may deliver them.</summary>
    public static T[] Redelivered<T>(this Random random, IReadOnlyList<T> items)
    {
        T[] delivered = [.. items, .. random.GetItems([.. items], random.Next(items.Count + 1))];
        random.Shuffle(delivered);
        return delivered;
    }
}
