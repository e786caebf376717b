using Marten;
using RabbitMQ.Client.Exceptions;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// Whoever follows this service's events. <c>Kind</c>: relay (store to bus), readModel (written with the events, so never behind) or queue
/// (messages of others that this service consumes; its lag is what waits there, <c>Failed</c> what lies in its error queue).
/// <c>Replica</c>: which one leads; null where none does, or all work side by side. <c>LagSeconds</c>: how long the oldest event that the
/// relay has not published yet has waited.
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

/// <summary>What the last replay to it came to.</summary>
public sealed record LastReplay(string Id, ReplayMode Mode, ReplayStatus Status, DateTimeOffset RequestedAt, long? Differences);

/// <summary>Positions, lag, status and errors of everything that follows the events.</summary>
public sealed class Consumers(
    IDocumentStore store, RelayInspection inspection, IBroker broker, RebuildReadModel readModels, ReadModelVersions versions)
{
    /// <summary>All of them.</summary>
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
            relay with { LastReplay = replays.GetValueOrDefault(RepublishEvents.Everybody) },
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
        outdated is null ? null : $"Its rows were written by version {outdated.BuiltBy} of its code; version {outdated.Version} runs.",
        null,
        null);

    /// <summary>An admin looks here just when the broker is away.</summary>
    private async Task<IEnumerable<Consumer>> OfQueues(CancellationToken ct)
    {
        try
        {
            return (await broker.Count(ct)).Select(
                q =>
                    new Consumer(
                        q.Queue, "queue", 0, q.Messages, q.Consumers == 0 ? "stopped" : "running",
                        q.Failed > 0 ? $"{q.Failed} failed: see failures" : null, null, null, Failed: q.Failed));
        }
        catch (Exception e) when (e is BrokerUnreachableException or AlreadyClosedException)
        {
            return broker.Queues.Select(q => new Consumer(q, "queue", 0, 0, "unknown", "the broker does not answer", null, null));
        }
    }

    private async Task<Consumer> OfRelay(CancellationToken ct)
    {
        var state = await inspection.Read(ct);
        var status = state.Leader is null ? "stopped" : state.Cause is not null && state.Lag > 0 ? "waiting" : "running";
        return new Consumer(
            Relay.Id, "relay", state.Position, state.Head - state.Position, status, state.Cause, state.Since, state.Leader,
            LagSeconds: state.LagSeconds);
    }

    private static LastReplay Last(Replay r) => new(r.Id, r.Mode, r.Status, r.RequestedAt, r.Comparison?.Differences());
}
