using System.Collections.Concurrent;
using System.Threading.Channels;
using JasperFx.Events;
using Marten;
using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;

namespace Platform.EventSourcing;

/// <summary>One term of the <see cref="Relay"/>: reads and publishes events and advances the position until something fails.</summary>
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
    ConsumerQueues consumers,
    long epoch)
{
    /// <summary>The maximum number of pages that are published concurrently. Messages of one stream are chained across pages.</summary>
    private const int PagesInFlight = 8;

    /// <summary>
    /// With more pages in flight than this, the next page is read after a pause, so that it contains the events of several commits.
    /// </summary>
    private const int BusyPages = 2;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250), BusyPause = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMilliseconds(50), SaveForOthersEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(2), PauseAfterBrokerFailure = TimeSpan.FromSeconds(1);

    /// <summary>Events that are published but not yet recorded in the relay trail.</summary>
    private readonly ConcurrentQueue<RelayedEvent> _unrecorded = [];
    private volatile RelayProgress _published = new(0, []);

    /// <summary>Runs the term, which always ends with an exception.</summary>
    public async Task Run(RelayPosition position, CancellationToken ct)
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(ct, session.Lost);
        var pages = Channel.CreateBounded<Page>(PagesInFlight - 1);
        _published = new(position.Upto, position.Holes);
        Task[] work =
        [
            Read(position, pages.Writer, term.Token),
            TrackProgress(pages.Reader, term.Token),
            Save(term.Token),
            appended.Listen(term.Token),
        ];
        try
        {
            await await Task.WhenAny(work); // no task ends without an error
        }
        catch (OperationCanceledException e) when (session.Lost.IsCancellationRequested)
        {
            throw new NpgsqlException("The database session that holds the lock of the relay was lost.", e);
        }
        finally
        {
            await term.CancelAsync();
            foreach (var task in work) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await RecordRest();
        }
    }

    private async Task Read(RelayPosition position, ChannelWriter<Page> pages, CancellationToken ct)
    {
        var stored = new StoredEvents(store);
        await using var session = stored.Session;
        var last = new Dictionary<string, Task>(); // the last publishing task of each stream
        var inFlight = new Queue<Task>();
        while (true)
        {
            var before = position.Holes;
            var (events, isFull) = await NextPage(position, stored, ct);
            if (events.Count > 0 || !before.SequenceEqual(position.Holes))
            {
                events.RemoveAll(e => e.StreamKey!.StartsWith(Relay.UnpublishedPrefix, StringComparison.Ordinal));
                var publishing = Task.WhenAll(await Publish(events, last, ct));
                var page = new Page(publishing, [.. events.Select(e => RelayedEvent.Of(e, epoch))], position.Upto, position.Holes);
                inFlight.Enqueue(page.Publishing);
                await pages.WriteAsync(page, ct);
            }
            while (inFlight.TryPeek(out var oldest) && oldest.IsCompleted) _ = inFlight.Dequeue();
            if (last.Count > 2 * RelayTable.PageSize)
                foreach (var stream in last.Where(l => l.Value.IsCompleted).Select(l => l.Key).ToArray()) last.Remove(stream);
            if (!isFull && !position.IsDecidable) await appended.Wait(Poll, ct);
            if (inFlight.Count > BusyPages) await Task.WhenAny(inFlight.Peek(), Task.Delay(BusyPause, clock, ct));
        }
    }

    private async Task<(List<IEvent> Events, bool IsFull)> NextPage(RelayPosition position, StoredEvents stored, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var events = await RelayTable.Next(connection, stored, position, ct);
        var isFull = events.Count == RelayTable.PageSize;
        position.Read([.. events.Select(e => e.Sequence)], isFull);
        if (position.Holes.Count > 0) position.SetHolders(await table.Holders(connection, ct));
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
                limit => Send(outbound, limit),
                ct,
                (attempt, e) => attempt >= 2 ? report.Report(e, ct) : Task.CompletedTask);
    }

    private async Task Send(Outbound outbound, CancellationToken ct)
    {
        if (publisher.IsBrokerUnavailable) await consumers.ThrowIfMissing(ct);
        await bus.Publish(outbound.Message, outbound.Message.GetType(), message => outbound.Mark(message, epoch), ct);
    }

    /// <summary>Records the progress, page after page, when all messages of a page are confirmed.</summary>
    private async Task TrackProgress(ChannelReader<Page> pages, CancellationToken ct)
    {
        await foreach (var page in pages.ReadAllAsync(ct))
        {
            await page.Publishing;
            foreach (var relayed in page.Events) _unrecorded.Enqueue(relayed);
            _published = new(page.Upto, page.Holes);
            await report.Report(null, ct);
        }
    }

    /// <summary>Records the published events in the trail before it advances the position, so that every loss can be detected.</summary>
    private async Task Save(CancellationToken ct)
    {
        var (saved, savedForOthers) = (_published, clock.GetTimestamp());
        while (true)
        {
            await Task.Delay(SaveEvery, clock, ct);
            var now = _published;
            if (ReferenceEquals(now, saved)) continue;
            if (!await Record(ct))
            {
                await Task.Delay(PauseAfterBrokerFailure, clock, ct);
                continue;
            }
            var others = clock.GetElapsedTime(savedForOthers) > SaveForOthersEvery;
            await session.Run(leader => table.Save(leader, now, others, ct), ct);
            if (others) savedForOthers = clock.GetTimestamp();
            saved = now;
        }
    }

    /// <summary>Returns false if the broker is unavailable. The events are then recorded by a later call.</summary>
    private async Task<bool> Record(CancellationToken ct)
    {
        var relayed = _unrecorded.ToArray();
        try
        {
            await trail.Append(relayed, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotRecorded(log, e, relayed.Length);
            return false;
        }
        for (var i = 0; i < relayed.Length; i++) _unrecorded.TryDequeue(out _);
        return true;
    }

    /// <summary>Records the last published events, because a standby that becomes the primary is most likely to lack these.</summary>
    private async Task RecordRest()
    {
        using var limit = new CancellationTokenSource(FlushLimit, clock);
        try
        {
            await Record(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            NotRecorded(log, e, _unrecorded.Count);
        }
    }

    /// <summary>A page that is being published, and the position after it and all earlier pages are confirmed.</summary>
    private sealed record Page(Task Publishing, IReadOnlyList<RelayedEvent> Events, long Upto, IReadOnlyList<SequenceRange> Holes);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The broker did not record the last {Count} published events. If the database loses these events now, the loss is "
            + "not detected.")]
    private static partial void NotRecorded(ILogger log, Exception e, int count);
}
