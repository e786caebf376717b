using System.Globalization;
using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;

namespace Platform.Replays;

/// <summary>
/// The replay target <c>eventTimes</c>: finds events whose time is wrong by the offset of a time zone, and corrects them in one
/// transaction. Earlier versions stored such times if the sessions of PostgreSQL did not run in UTC. The time of the last event of a stream
/// must equal the time of the stream, which the same transaction always stored correctly. This gives the offset of that event; other events
/// get the offset of the nearest events for which it is known (docs/decisions/0109). As a health check it reports the result of a sample.
/// </summary>
public sealed partial class EventTimes(IDocumentStore store, NpgsqlDataSource database, TimeProvider clock, ILogger<EventTimes> log)
    : IReplayTarget, IHealthCheck
{
    /// <summary>The name of the target.</summary>
    public const string Target = "eventTimes";
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMinutes(1);

    private string? _reported;
    private bool _isCorrect;
    private long _sampledAt;

    private string Schema => store.Options.Events.DatabaseSchemaName;

    /// <summary>
    /// By how much the time of a stream's last event is wrong, or null if the difference is not a time zone offset (a multiple of 15
    /// minutes).
    /// </summary>
    private const string Offset =
        """
        case when mod(extract(epoch from s.timestamp - e.timestamp), 900) = 0
          and s.timestamp - e.timestamp between interval '-12 hours' and interval '14 hours' then s.timestamp - e.timestamp end
        """;

    // A hundred events at each of a hundred positions, and the last hundred: about 10,000 look-ups, independent of the number of events.
    private string Sample =>
        $"""
        with found as (
          select e.seq_id, {Offset} as off from (
              select distinct low + (high - low) * i / 100 as at from
                (select min(seq_id) as low, max(seq_id) as high from {Schema}.mt_events) b, generate_series(0, 99) i
              union select max(seq_id) - 100 from {Schema}.mt_events) p,
            lateral (select * from {Schema}.mt_events where seq_id >= p.at order by seq_id limit 100) e
            join {Schema}.mt_streams s on s.id = e.stream_id and s.version = e.version)
        select min(seq_id), max(seq_id), off, count(distinct seq_id) from found where off <> interval '0' group by off order by 1
        """;

    // If the nearest known offsets before and after an event differ, the first one applies if it moves the event between the two known
    // times. Otherwise the second one applies. A minute of tolerance allows for transactions that committed in another order than their
    // events are numbered.
    private string WrongTimes =>
        $"""
        create temp table wrong_time on commit drop as
        with known as (
          select e.seq_id, e.timestamp, {Offset} as off
          from {Schema}.mt_events e left join {Schema}.mt_streams s on s.id = e.stream_id and s.version = e.version),
        grouped as (
          select *, count(off) over (order by seq_id) as up, count(off) over (order by seq_id desc) as down from known),
        bounded as (
          select seq_id, timestamp, max(off) over u as off_before, max(timestamp + off) over u as time_before,
            max(off) over d as off_after, max(timestamp + off) over d as time_after
          from grouped window u as (partition by up), d as (partition by down)),
        decided as (
          select seq_id, timestamp, case
            when off_after is null or off_before = off_after then off_before
            when off_before is null then off_after
            when timestamp + off_before between time_before - interval '1 minute' and time_after + interval '1 minute' then off_before
            else off_after end as off
          from bounded)
        select seq_id, off from decided where off <> interval '0'
        """;

    private const string Ranges =
        """
        select min(seq_id), max(seq_id), off, count(*) from
          (select *, row_number() over (order by seq_id) - row_number() over (partition by off order by seq_id) as island from wrong_time) w
        group by off, island order by 1
        """;

    /// <inheritdoc />
    public bool Handles(string target) => target == Target;

    /// <inheritdoc />
    public Task<string?> Validate(Replay wanted, CancellationToken ct) => Task.FromResult(
        wanted.Scope != new ReplayScope() ? "scope: the times of all events are checked; omit the scope"
        : wanted.PerSecond is not null ? "eventsPerSecond: applies only to replays to the bus; omit it"
        : null);

    /// <inheritdoc />
    public async Task Run(RunningReplay run, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var total = (long)(await connection.Value($"select count(*) from {Schema}.mt_events", ct))!;
        await run.Advance("comparing", 0, total, 0, ct, always: true);
        await connection.Run(WrongTimes, ct);
        var ranges = await connection.Rows(Ranges, WrongRange.Of, ct);
        var wrong = ranges.Sum(r => r.Events);
        if (run.Replay.Mode == ReplayMode.Apply)
        {
            await connection.Run(
                $"update {Schema}.mt_events e set timestamp = e.timestamp + w.off from wrong_time w where w.seq_id = e.seq_id", ct);
        }
        var samples = ranges.Take(20).Select(r => new Difference($"{r.First}-{r.Last}", "differs", [r.Description])).ToArray();
        await run.Complete(total, new Comparison(total - wrong, wrong, 0, 0, samples), transaction, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>
    /// Always reports Healthy, because wrong times do not stop the service. Correct times stay correct, so a process that found no wrong
    /// time does not check again.
    /// </summary>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_isCorrect) return HealthCheckResult.Healthy();
        if (_reported is null || clock.GetElapsedTime(_sampledAt) > SampleInterval)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                Report(await connection.Rows(Sample, WrongRange.Of, cancellationToken));
            }
            catch (NpgsqlException e)
            {
                // The health check of the database reports that it is unavailable.
                return HealthCheckResult.Healthy($"Could not check the times of events: {e.Message}");
            }
        }
        return HealthCheckResult.Healthy(_reported);
    }

    private void Report(IReadOnlyList<WrongRange> ranges)
    {
        _sampledAt = clock.GetTimestamp();
        _isCorrect = ranges.Count == 0;
        var report = _isCorrect ? null : string.Join("; ", ranges.Select(r => $"events {r.First} to {r.Last}: {r.Description}"));
        if (report is not null && report != _reported) Wrong(log, report, Target);
        _reported = report;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Times of events are wrong ({Ranges}), because sessions of PostgreSQL did not run in UTC. Correct them with a replay to "
            + "{Target}.")]
    private static partial void Wrong(ILogger log, string ranges, string target);

    private sealed record WrongRange(long First, long Last, TimeSpan Offset, long Events)
    {
        public static WrongRange Of(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetTimeSpan(2), row.GetInt64(3));

        public string Description => string.Create(
            CultureInfo.InvariantCulture, $"timestamp {Offset.Duration():hh\\:mm} too {(Offset > TimeSpan.Zero ? "early" : "late")}");
    }
}
