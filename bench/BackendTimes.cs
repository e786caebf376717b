namespace Bench;

/// <summary>
/// The processor time of PostgreSQL's backends by database. A backend that has ended still counts with the time at which it was last seen,
/// so the sums never fall. The id of a process that has ended may be used again, so its start identifies it as well.
/// </summary>
internal sealed class BackendTimes
{
    private readonly Dictionary<(int Id, long Started), (string Database, TimeSpan Used)> _seen = [];

    /// <summary>Notes how much processor time a backend of a database has used so far.</summary>
    public void Add(string database, ProcessStat backend) => _seen[(backend.Id, backend.Started)] = (database, backend.Own);

    public Dictionary<string, TimeSpan> ByDatabase() =>
        _seen.Values.GroupBy(s => s.Database).ToDictionary(d => d.Key, d => d.Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Used));
}
