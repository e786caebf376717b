namespace Bench;

/// <summary>
/// The processor time that each part of the platform has used until a time, which is given from any fixed start, and the position of
/// PostgreSQL's write-ahead log.
/// </summary>
internal sealed record Reading(TimeSpan At, IReadOnlyDictionary<string, TimeSpan> Used, long Wal);

/// <summary>What the platform used in a period: processor time in milliseconds by part, and bytes of write-ahead log.</summary>
internal sealed record Consumption(TimeSpan Duration, IReadOnlyDictionary<string, double> Milliseconds, double Wal)
{
    public double Total => Milliseconds.Values.Sum();

    public static Consumption Between(Reading before, Reading after) => new(
        after.At - before.At,
        after.Used.ToDictionary(u => u.Key, u => (u.Value - before.Used.GetValueOrDefault(u.Key)).TotalMilliseconds),
        after.Wal - before.Wal);

    /// <summary>
    /// Subtracts the processor time that the idle platform would have used in the same duration. The log is not reduced: the idle platform
    /// writes almost none, but PostgreSQL may begin a new file of it at any time, which moves the position by up to 16 MB.
    /// </summary>
    public Consumption Less(Consumption idle)
    {
        var share = Duration / idle.Duration;
        return this with
        {
            Milliseconds = Milliseconds.ToDictionary(m => m.Key, m => m.Value - share * idle.Milliseconds.GetValueOrDefault(m.Key)),
        };
    }

    /// <summary>The consumption of one of several operations.</summary>
    public Consumption Per(double operations) => this with
    {
        Milliseconds = Milliseconds.ToDictionary(m => m.Key, m => m.Value / operations),
        Wal = Wal / operations,
    };

    /// <summary>
    /// The median of each part in several rounds, in descending order, without the parts that use less than a two-hundredth of a
    /// millisecond.
    /// </summary>
    public static IEnumerable<(string Part, double Milliseconds)> Parts(IReadOnlyCollection<Consumption> rounds) =>
        rounds.SelectMany(r => r.Milliseconds.Keys).Distinct()
            .Select(part => (Part: part, Median: Rounds.Median(rounds.Select(r => r.Milliseconds.GetValueOrDefault(part)))))
            .Where(p => p.Median >= 0.005)
            .OrderByDescending(p => p.Median);
}
