using System.Threading.Channels;
using JasperFx.Events;
using Marten;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventSourcing.Replays;

namespace Platform.EventSourcing;

/// <summary>
/// Event store to bus. The stored event is the outbox: messages are published with confirms, in the order of each stream, and only then does
/// the position move, so a crash repeats and never loses. One replica leads: the one whose database session holds the lock and moves the
/// position. Any error ends its term; whoever leads next, it or another replica, starts from the stored position and from nothing else.
/// </summary>
public sealed partial class Relay(
    IDocumentStore store,
    NpgsqlDataSource database,
    LockSessions sessions,
    AppendListener appended,
    IBus bus,
    Translate translate,
    TimeProvider clock,
    ILogger<Relay> log) : BackgroundService
{
    /// <summary>Its name in the database.</summary>
    public const string Id = "relay";

    /// <summary>Source of its traces and metrics.</summary>
    public const string Telemetry = "Platform.Relay";

    /// <summary>So many pages are published at the same time, chained for each stream.</summary>
    private const int PagesInFlight = 8;

    /// <summary>More pages than this in flight: the next is read after a pause, so that it holds more than one commit.</summary>
    private const int Busy = 2;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250), BusyPause = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMilliseconds(50), SaveForOthersEvery = TimeSpan.FromSeconds(10);

    /// <summary>Another replica looks for the lock each second: it gets it before the one that failed tries again.</summary>
    private static readonly TimeSpan AskForLock = TimeSpan.FromSeconds(1), AfterFailure = TimeSpan.FromMilliseconds(500), AfterOwnFault = TimeSpan.FromSeconds(3);

    private readonly RelayTable _table = new(store);
    private readonly TroubleReport _report = new(store, clock);

    /// <summary>Whether this replica leads now.</summary>
    public bool Leads { get; private set; }

    /// <summary>Declares what it stores.</summary>
    public static void Configure(StoreOptions options)
    {
        RelayTable.Configure(options);
        options.RegisterDocumentType<RelayTrouble>();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = AfterFailure;
            try
            {
                await using var session = await sessions.Open(stoppingToken);
                await WaitForLock(session, stoppingToken);
                await Lead(session, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                TermEnded(log, e);
                if (IsOwnFault(e)) pause = await ReportFault(e, stoppingToken);
            }
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitForLock(SessionLock session, CancellationToken ct)
    {
        while (!await session.TryLock(_table.LockKey, ct)) await Task.Delay(AskForLock, clock, ct);
    }

    /// <summary>One term: reads, publishes and moves the position until something fails.</summary>
    private async Task Lead(SessionLock session, CancellationToken ct)
    {
        var position = await session.Run(leader => _table.Load(leader, ct), ct);
        using var term = CancellationTokenSource.CreateLinkedTokenSource(ct, session.Lost);
        var pages = Channel.CreateBounded<Page>(PagesInFlight - 1);
        var progress = new Progress { Published = new(position.Upto, position.Holes) };
        Leads = true;
        TermBegins(log, progress.Published.Contiguous);
        Task[] work =
        [
            Read(position, pages.Writer, term.Token),
            Follow(pages.Reader, progress, term.Token),
            Save(session, progress, term.Token),
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
            Leads = false;
            await term.CancelAsync();
            foreach (var task in work) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
                var page = new Page(Task.WhenAll(await Publish(events, last, ct)), position.Upto, position.Holes);
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
        if (position.Holes.Count > 0) position.Holding(await _table.Holders(connection, ct));
        return (events, isFull);
    }

    private async Task<IEnumerable<Task>> Publish(List<IEvent> events, Dictionary<string, Task> last, CancellationToken ct)
    {
        // Replay streams are internal bookkeeping and are never published.
        events.RemoveAll(e => e.StreamKey!.StartsWith(Replay.Prefix, StringComparison.Ordinal));
        if (events.Count == 0) return [];
        await using var session = store.QuerySession();
        var outbound = await translate(events, session, ct);
        return [.. outbound.GroupBy(m => m.Stream).Select(stream =>
            last[stream.Key] = PublishInOrder(last.GetValueOrDefault(stream.Key, Task.CompletedTask), [.. stream], ct))];
    }

    private async Task PublishInOrder(Task earlier, Outbound[] messages, CancellationToken ct)
    {
        await earlier;
        foreach (var outbound in messages)
            await Confirmed.Send(
                outbound,
                limit => bus.Publish(outbound.Message, outbound.Message.GetType(), x => x.MessageId = outbound.MessageId, limit),
                clock,
                log,
                ct,
                (attempt, e) => attempt >= 2 ? _report.Tell(e, ct) : Task.CompletedTask);
    }

    /// <summary>Notes how far everything is published, page after page.</summary>
    private async Task Follow(ChannelReader<Page> pages, Progress progress, CancellationToken ct)
    {
        await foreach (var page in pages.ReadAllAsync(ct))
        {
            await page.Publishing;
            progress.Published = new(page.Upto, page.Holes);
            await _report.Tell(null, ct);
        }
    }

    private async Task Save(SessionLock session, Progress progress, CancellationToken ct)
    {
        var (saved, savedForOthers) = (progress.Published, clock.GetTimestamp());
        while (true)
        {
            await Task.Delay(SaveEvery, clock, ct);
            var now = progress.Published;
            if (ReferenceEquals(now, saved)) continue;
            var others = clock.GetElapsedTime(savedForOthers) > SaveForOthersEvery;
            await session.Run(leader => _table.Save(leader, now, others, ct), ct);
            if (others) savedForOthers = clock.GetTimestamp();
            saved = now;
        }
    }

    /// <summary>Not the database, the broker or another leader: an event that this version does not know, or cannot translate.</summary>
    private static bool IsOwnFault(Exception e) =>
        e is not (NpgsqlException or TimeoutException or OperationCanceledException or IOException or ObjectDisposedException)
        && (e.InnerException is null || IsOwnFault(e.InnerException));

    private async Task<TimeSpan> ReportFault(Exception e, CancellationToken ct)
    {
        try
        {
            await _report.Tell(e, ct);
        }
        catch (Exception unavailable) when (!ct.IsCancellationRequested)
        {
            NotReported(log, unavailable);
        }
        return AfterOwnFault;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _report.Dispose();
        base.Dispose();
    }

    /// <summary>A page on its way, and the position once it and all before it are out.</summary>
    private sealed record Page(Task Publishing, long Upto, IReadOnlyList<SequenceRange> Holes);

    private sealed class Progress
    {
        private volatile RelayProgress _published = new(0, []);

        public RelayProgress Published { get => _published; set => _published = value; }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This replica relays events to the broker from now on, after number {Position}.")]
    private static partial void TermBegins(ILogger log, long position);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This replica does not relay events to the broker any more; it, or another one, starts again.")]
    private static partial void TermEnded(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What holds the relay up could not be stored for the other replicas.")]
    private static partial void NotReported(ILogger log, Exception e);
}
