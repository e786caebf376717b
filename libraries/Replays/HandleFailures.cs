using JasperFx.Events;
using JasperFx.Events.Daemon;
using Marten;
using Npgsql;
using Platform.EventSourcing;
using RabbitMQ.Client;

namespace Platform.Replays;

/// <summary>
/// The replay target <c>failures:GROUP</c>: returns the failed messages of a group to their queue, or discards them, in chunks. A message
/// is removed from the error queue only after the broker has confirmed it in its original queue, so a crash may deliver a message twice but
/// loses none. Messages that failed after the request was made are skipped, because the admin has not seen them.
/// </summary>
public sealed class HandleFailures(Failures failures, IDocumentStore store, NpgsqlDataSource database, Republisher republisher)
    : IReplayTarget
{
    /// <summary>The prefix of its targets.</summary>
    public const string Prefix = "failures:";
    private const int Chunk = 200;

    /// <inheritdoc />
    public bool Handles(string target) => target.StartsWith(Prefix, StringComparison.Ordinal);

    /// <inheritdoc />
    public async Task<string?> Validate(Replay wanted, CancellationToken ct)
    {
        var group = await Find(wanted.Target[Prefix.Length..], ct);
        return group is null ? "This group has no failures. GET failures lists the groups." : null;
    }

    /// <summary>Returns the group, or null if it has no failures.</summary>
    public async Task<FailureGroup?> Find(string group, CancellationToken ct) =>
        (await failures.Groups(ct)).SingleOrDefault(g => g.Group == group);

    /// <inheritdoc />
    public async Task Run(RunningReplay run, CancellationToken ct)
    {
        var (replay, name) = (run.Replay, run.Replay.Target[Prefix.Length..]);
        var (done, left) = (replay.Done, true);
        var group = await Find(name, ct);
        var total = Math.Max(replay.Total, done + (group?.Count ?? 0));
        var step = replay.Mode == ReplayMode.Retry ? "retrying" : "discarding";
        await run.Advance(step, done, total, 0, ct, always: true);
        while (group is not null && left)
        {
            var handled = group.Source.StartsWith(Failures.Projection, StringComparison.Ordinal)
                ? await HandleDeadLetters(replay, name, ct)
                : await HandleMessages(replay, group, ct);
            (done, left) = (done + handled, handled == Chunk);
            await run.Advance(step, done, total, 0, ct, always: true);
        }
        await run.Complete(done, null, ct);
    }

    private async Task<int> HandleMessages(Replay replay, FailureGroup group, CancellationToken ct)
    {
        var chunk = new List<BasicGetResult>(Chunk);
        await failures.WithExclusiveAccess(group.Source, async channel =>
        {
            var queue = group.Source[..^Failures.Suffix.Length];
            for (var left = await Failures.Count(channel, group.Source, ct); left > 0
                && chunk.Count < Chunk
                && await channel.BasicGetAsync(group.Source, autoAck: false, ct) is { } message; left--)
            {
                var fault = Fault.Of(group.Source, message);
                // Messages that are not handled return to the queue.
                if (fault.Group == group.Group && !(fault.At > replay.RequestedAt)) chunk.Add(message);
            }
            if (replay.Mode == ReplayMode.Retry)
                await Task.WhenAll(chunk.Select(message =>
                    channel.BasicPublishAsync("", queue, mandatory: true, WithoutFault(message.BasicProperties), message.Body, ct)
                        .AsTask()));
            foreach (var message in chunk) await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
            return chunk.Count;
        }, ct);
        return chunk.Count;
    }

    private async Task<int> HandleDeadLetters(Replay replay, string group, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var deadLetters = (await session.Query<DeadLetterEvent>()
            .Where(l => l.Timestamp <= replay.RequestedAt)
            .OrderBy(l => l.EventSequence)
            .ToListAsync(ct))
            .Where(l => Failures.GroupOf(l) == group)
            .Take(Chunk)
            .ToArray();
        if (replay.Mode == ReplayMode.Retry) await Republish([.. deadLetters.Select(l => l.EventSequence)], ct);
        foreach (var deadLetter in deadLetters) session.Delete<DeadLetterEvent>(deadLetter.Id);
        await session.SaveChangesAsync(ct);
        return deadLetters.Length;
    }

    /// <summary>Publishes events that the relay of an earlier version skipped.</summary>
    private async Task Republish(long[] sequences, CancellationToken ct)
    {
        var stored = new StoredEvents(store);
        await using var session = stored.Session;
        await using var connection = await database.OpenConnectionAsync(ct);
        var events = new List<IEvent>();
        await foreach (var e in stored.Read(connection, "d.seq_id = any($1) order by d.seq_id", ct, sequences)) events.Add(e);
        await republisher.Send(events, ct);
    }

    /// <summary>Removes the headers of the fault, so that the message is handled like a new one.</summary>
    private static BasicProperties WithoutFault(IReadOnlyBasicProperties failed) => new(failed)
    {
        Headers = failed.Headers?.Where(
            h => !h.Key.StartsWith("MT-Fault-", StringComparison.Ordinal) && h.Key is not ("MT-Reason" or "x-delivery-count")).ToDictionary(
                h => h.Key, h => h.Value),
    };
}
