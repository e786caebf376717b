using JasperFx.Events;
using JasperFx.Events.Daemon;
using Marten;
using Npgsql;
using RabbitMQ.Client;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// <c>failures:GROUP</c>: gives failed messages of one kind back to their queue, or drops them, in chunks. A message is taken off the error
/// queue only when the broker has confirmed it in its old queue: a crash half way may bring one twice and loses none. What failed after the
/// request was made is left alone: nobody has seen it.
/// </summary>
public sealed class HandleFailures(Failures failures, IDocumentStore store, NpgsqlDataSource database, Republisher republisher)
    : IReplayTarget
{
    /// <summary>What its targets begin with.</summary>
    public const string Prefix = "failures:";
    private const int Chunk = 200;

    /// <inheritdoc />
    public bool Knows(string target) => target.StartsWith(Prefix, StringComparison.Ordinal);

    /// <inheritdoc />
    public async Task<string?> Objection(Replay wanted, CancellationToken ct)
    {
        var group = await Find(wanted.Target[Prefix.Length..], ct);
        return group is null ? "there are no failures of this group (any more)" : null;
    }

    /// <summary>The group, or null where nothing of it is left.</summary>
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
                ? await Letters(replay, name, ct)
                : await Messages(replay, group, ct);
            (done, left) = (done + handled, handled == Chunk);
            await run.Advance(step, done, total, 0, ct, always: true);
        }
        await run.Complete(done, null, ct);
    }

    private async Task<int> Messages(Replay replay, FailureGroup group, CancellationToken ct)
    {
        var chunk = new List<BasicGetResult>(Chunk);
        await failures.Alone(group.Source, async channel =>
        {
            var queue = group.Source[..^Failures.Suffix.Length];
            for (var left = await Failures.Count(channel, group.Source, ct); left > 0
                && chunk.Count < Chunk
                && await channel.BasicGetAsync(group.Source, autoAck: false, ct) is { } message; left--)
            {
                var fault = Fault.Of(group.Source, message);
                // What is passed over is back in the queue in the end.
                if (fault.Group == group.Group && !(fault.At > replay.RequestedAt)) chunk.Add(message);
            }
            if (replay.Mode == ReplayMode.Retry)
                await Task.WhenAll(
                    chunk.Select(
                        message =>
                            channel.BasicPublishAsync("", queue, mandatory: true, AsItWas(message.BasicProperties), message.Body, ct)
                                .AsTask()));
            foreach (var message in chunk) await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
            return chunk.Count;
        }, ct);
        return chunk.Count;
    }

    private async Task<int> Letters(Replay replay, string group, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var letters = (await session.Query<DeadLetterEvent>()
            .Where(l => l.Timestamp <= replay.RequestedAt)
            .OrderBy(l => l.EventSequence)
            .ToListAsync(ct))
            .Where(l => Failures.GroupOf(l) == group)
            .Take(Chunk)
            .ToArray();
        if (replay.Mode == ReplayMode.Retry) await Republish([.. letters.Select(l => l.EventSequence)], ct);
        foreach (var letter in letters) session.Delete<DeadLetterEvent>(letter.Id);
        await session.SaveChangesAsync(ct);
        return letters.Length;
    }

    /// <summary>What the relay passed over.</summary>
    private async Task Republish(long[] sequences, CancellationToken ct)
    {
        var stored = new StoredEvents(store);
        await using var session = stored.Session;
        await using var connection = await database.OpenConnectionAsync(ct);
        var events = new List<IEvent>();
        await foreach (var e in stored.Read(connection, "d.seq_id = any($1) order by d.seq_id", ct, sequences)) events.Add(e);
        await republisher.Send(events, ct);
    }

    /// <summary>Without what was written on it when it was given up: it starts afresh.</summary>
    private static BasicProperties AsItWas(IReadOnlyBasicProperties failed) => new(failed)
    {
        Headers = failed.Headers?.Where(
            h => !h.Key.StartsWith("MT-Fault-", StringComparison.Ordinal) && h.Key is not ("MT-Reason" or "x-delivery-count")).ToDictionary(
                h => h.Key, h => h.Value),
    };
}
