using Marten;
using Platform.EventSourcing;
using Platform.Messaging;

namespace Platform.Replays;

/// <summary>
/// A consumer of events. <c>Kind</c> is relay (it publishes the events of the store to the bus), readModel (it is written together with the
/// events, so it never lags) or queue (it contains messages of other services that this service consumes). The lag of a queue is the number
/// of its messages, and <c>Failed</c> the number of messages in its error queue. <c>Replica</c> is the leading replica; it is null if there
/// is none, or if all replicas work in parallel. <c>LagSeconds</c> is the age of the oldest event that the relay has not published yet.
/// </summary>
public sealed record Consumer(
    string Name,
    string Kind,
    long Position,
    long Lag,
    string Status,
    string? LastError,
    DateTimeOffset? ErrorAt,
    string? Replica,
    LastReplay? LastReplay = null,
    long Failed = 0,
    double LagSeconds = 0);

/// <summary>The last replay of a consumer, and how it ended.</summary>
public sealed record LastReplay(
    string Id,
    ReplayMode Mode,
    ReplayStatus Status,
    DateTimeOffset RequestedAt,
    long? Differences);

/// <summary>Lists the relay, the read models and the queues of this service with their position, lag, status and errors.</summary>
public sealed class Consumers(
    IDocumentStore store,
    RelayInspection inspection,
    IRabbitMqAdmin broker,
    RebuildReadModel readModels,
    ReadModelVersions versions)
{
    /// <summary>Lists all consumers.</summary>
    public async Task<IReadOnlyList<Consumer>> All(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var replays = (await session.Query<Replay>().OrderByDescending(r => r.RequestedAt).Take(500).ToListAsync(ct)).GroupBy(r => r.Target)
            .ToDictionary(g => g.Key, g => Last(g.First()));
        var relay = await OfRelay(ct);
        var head = relay.Position + relay.Lag;
        var outdated = (await versions.Outdated(ct)).ToDictionary(o => o.Name);
        return
        [
            relay with { LastReplay = replays.GetValueOrDefault(RepublishEvents.AllConsumers) },
            .. readModels.Models.Keys.Select(name => OfReadModel(name, outdated.GetValueOrDefault(name), head) with
            {
                LastReplay = replays.GetValueOrDefault(RebuildReadModel.Prefix + name),
            }),
            .. await OfQueues(ct),
        ];
    }

    private static Consumer OfReadModel(string name, OutdatedReadModel? outdated, long head) => new(
        name,
        "readModel",
        head,
        0,
        outdated is null ? "inline" : "outdated",
        outdated is null
            ? null
            : $"Its rows were written by version {outdated.BuiltBy} of its code, but version {outdated.Version} is running.",
        null,
        null);

    /// <summary>The list must work without the broker, because admins need it most when the broker is unavailable.</summary>
    private async Task<IEnumerable<Consumer>> OfQueues(CancellationToken ct)
    {
        try
        {
            return (await broker.Count(ct)).Select(q => new Consumer(
                q.Queue,
                "queue",
                0,
                q.Messages,
                q.Consumers == 0 ? "stopped" : "running",
                q.Failed > 0 ? $"Failed messages: {q.Failed}. See the list of failures." : null,
                null,
                null,
                Failed: q.Failed));
        }
        catch (Exception e) when (BrokerProblems.IsUnavailable(e))
        {
            return broker.Queues.Select(q => new Consumer(q, "queue", 0, 0, "unknown", "The broker is unavailable.", null, null));
        }
    }

    private async Task<Consumer> OfRelay(CancellationToken ct)
    {
        var state = await inspection.Read(ct);
        var status = state.Leader is null ? "stopped" : state.Cause is not null && state.Lag > 0 ? "waiting" : "running";
        return new Consumer(
            Relay.Id,
            "relay",
            state.Position,
            state.Head - state.Position,
            status,
            state.Cause,
            state.Since,
            state.Leader,
            LagSeconds: state.LagSeconds);
    }

    private static LastReplay Last(Replay r) => new(r.Id, r.Mode, r.Status, r.RequestedAt, r.Comparison?.Differences());
}
