using System.Collections.Concurrent;
using System.Threading.Channels;
using JasperFx.Events;
using Marten;
using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventSourcing.Replays;

namespace Platform.EventSourcing;

/// <summary>One term of the <see cref="Relay"/>: reads, publishes and moves the position until something fails.</summary>
internal sealed partial class RelayTerm(
    IDocumentStore store,
    NpgsqlDataSource database,
    AppendListener appended,
    IBus bus,
    ConfirmedPublisher publisher,
    Translate translate,
    TimeProvider clock,
    ILogger log,
    TroubleReport report,
    RelayTable table,
    SessionLock session,
    RelayTrail trail,
    long epoch)
{
    /// <summary>So many pages are published at the same time, chained for each stream.</summary>
    private const int PagesInFlight = 8;

    /// <summary>More pages than this in flight: the next is read after a pause, so that it holds more than one commit.</summary>
    private const int Busy = 2;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250), BusyPause = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMilliseconds(50), SaveForOthersEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2), AfterBrokerFailure = TimeSpan.FromSeconds(1);

    /// <summary>What is published and not remembered by the broker yet.</summary>
    private readonly ConcurrentQueue<RelayedEvent> _relayed = [];
    private volatile RelayProgress _published = new(0, []);

    /// <summary>Always ends with an exception.</summary>
    public async Task Run(RelayPosition position, CancellationToken ct)
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(ct, session.Lost);
        var pages = Channel.CreateBounded<Page>(PagesInFlight - 1);
        _published = new(position.Upto, position.Holes);
        Task[] work =
        [
            Read(position, pages.Writer, term.Token),
            Follow(pages.Reader, term.Token),
            Save(term.Token),
            appended.Listen(term.Token),
        ];
        try
        {
            await await Task.WhenAny(work); // none of them ends by itself
        }
        catch (OperationCanceledException e) when (session.Lost.IsCancellationRequested)
        {
            throw new NpgsqlException("The database session of the relay's lock was lost.", e);
        }
        finally
        {
            await term.CancelAsync();
            foreach (var task in work) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await RememberTheRest();
        }
    }

    private async Task Read(RelayPosition position, ChannelWriter<Page> pages, CancellationToken ct)
    {
        var stored = new StoredEvents(store);
        await using var session = stored.Session;
        var last = new Dictionary<string, Task>(); // what was published last of each stream
        var inFlight = new Queue<Task>();
        while (true)
        {
            var before = position.Holes;
            var (events, isFull) = await NextPage(position, stored, ct);
            if (events.Count > 0 || !before.SequenceEqual(position.Holes))
            {
                // Replay streams are internal bookkeeping and are never published.
                events.RemoveAll(e => e.StreamKey!.StartsWith(Replay.Prefix, StringComparison.Ordinal));
                var publishing = Task.WhenAll(await Publish(events, last, ct));
                var page = new Page(publishing, [.. events.Select(e => RelayedEvent.Of(e, epoch))], position.Upto, position.Holes);
                inFlight.Enqueue(page.Publishing);
                await pages.WriteAsync(page, ct);
            }
            while (inFlight.TryPeek(out var oldest) && oldest.IsCompleted) _ = inFlight.Dequeue();
            if (last.Count > 2 * RelayTable.PageSize)
                foreach (var stream in last.Where(l => l.Value.IsCompleted).Select(l => l.Key).ToArray()) last.Remove(stream);
            if (!isFull && !position.IsDecidable) await appended.Wait(Poll, ct);
            if (inFlight.Count > Busy) await Task.WhenAny(inFlight.Peek(), Task.Delay(BusyPause, clock, ct));
        }
    }

    private async Task<(List<IEvent> Events, bool IsFull)> NextPage(RelayPosition position, StoredEvents stored, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var events = await RelayTable.Next(connection, stored, position, ct);
        var isFull = events.Count == RelayTable.PageSize;
        position.Read([.. events.Select(e => e.Sequence)], isFull);
        if (position.Holes.Count > 0) position.Holding(await table.Holders(connection, ct));
        return (events, isFull);
    }

    private async Task<IEnumerable<Task>> Publish(List<IEvent> events, Dictionary<string, Task> last, CancellationToken ct)
    {
        if (events.Count == 0) return [];
        await using var session = store.QuerySession();
        var outbound = await translate(events, session, ct);
        return [.. Batches.Of(outbound).Select(order =>
        {
            var earlier = order.Streams.Select(stream => last.GetValueOrDefault(stream, Task.CompletedTask)).ToArray();
            var publishing = PublishInOrder(Task.WhenAll(earlier), order.Messages, ct);
            foreach (var stream in order.Streams) last[stream] = publishing;
            return publishing;
        })];
    }

    private async Task PublishInOrder(Task earlier, IReadOnlyList<Outbound> messages, CancellationToken ct)
    {
        await earlier;
        foreach (var outbound in messages)
            await publisher.PublishUntilConfirmed(
                outbound,
                limit => bus.Publish(outbound.Message, outbound.Message.GetType(), message => outbound.Mark(message, epoch), limit),
                ct,
                (attempt, e) => attempt >= 2 ? report.Tell(e, ct) : Task.CompletedTask);
    }

    /// <summary>Notes how far everything is published, page after page.</summary>
    private async Task Follow(ChannelReader<Page> pages, CancellationToken ct)
    {
        await foreach (var page in pages.ReadAllAsync(ct))
        {
            await page.Publishing;
            foreach (var relayed in page.Events) _relayed.Enqueue(relayed);
            _published = new(page.Upto, page.Holes);
            await report.Tell(null, ct);
        }
    }

    /// <summary>First the broker remembers what was relayed, then the position moves.</summary>
    private async Task Save(CancellationToken ct)
    {
        var (saved, savedForOthers) = (_published, clock.GetTimestamp());
        while (true)
        {
            await Task.Delay(SaveEvery, clock, ct);
            var now = _published;
            if (ReferenceEquals(now, saved)) continue;
            if (!await Remember(ct))
            {
                await Task.Delay(AfterBrokerFailure, clock, ct);
                continue;
            }
            var others = clock.GetElapsedTime(savedForOthers) > SaveForOthersEvery;
            await session.Run(leader => table.Save(leader, now, others, ct), ct);
            if (others) savedForOthers = clock.GetTimestamp();
            saved = now;
        }
    }

    /// <summary>False if the broker does not answer; it is told again.</summary>
    private async Task<bool> Remember(CancellationToken ct)
    {
        var relayed = _relayed.ToArray();
        try
        {
            await trail.Append(relayed, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotRemembered(log, e, relayed.Length);
            return false;
        }
        for (var i = 0; i < relayed.Length; i++) _relayed.TryDequeue(out _);
        return true;
    }

    /// <summary>What was published last is what a standby that becomes the primary may lack.</summary>
    private async Task RememberTheRest()
    {
        using var limit = new CancellationTokenSource(LastWords, clock);
        try
        {
            await Remember(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            NotRemembered(log, e, _relayed.Count);
        }
    }

    /// <summary>A page on its way, and the position once it and all before it are out.</summary>
    private sealed record Page(Task Publishing, IReadOnlyList<RelayedEvent> Events, long Upto, IReadOnlyList<SequenceRange> Holes);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The broker did not store which {Count} events were relayed last. If the store loses them now, nobody notices.")]
    private static partial void NotRemembered(ILogger log, Exception e, int count);
}
