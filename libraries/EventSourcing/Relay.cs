using Marten;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Messaging;
using Platform.Postgres;
using RabbitMQ.Client.Exceptions;

namespace Platform.EventSourcing;

/// <summary>Called in each term of the relay whose epoch is not 0, before anything is published. It may be called repeatedly.</summary>
public delegate Task EpochBegan(long epoch, CancellationToken ct);

/// <summary>
/// Publishes stored events to the bus. The event store is the outbox: messages are published with publisher confirms, in the order of each
/// stream, and only then does the position advance. A crash may therefore repeat messages but never loses any. One replica leads: its
/// database session holds the lock and updates the position. Any error ends its term, and the next leader, which may be the same replica,
/// starts from the stored position and from no other state.
/// </summary>
public sealed partial class Relay(
    IDocumentStore store,
    NpgsqlDataSource database,
    LockSessions sessions,
    AppendListener appended,
    IBus bus,
    IRabbitMqAdmin broker,
    StoreEpoch epochs,
    EpochBegan epochBegan,
    KnownQueues queues,
    ConfirmedPublisher publisher,
    Translate translate,
    TimeProvider clock,
    ILogger<Relay> log) : BackgroundService
{
    /// <summary>The name of the relay in the database.</summary>
    public const string Id = "relay";

    /// <summary>Streams with this prefix are internal bookkeeping and are never published.</summary>
    public const string UnpublishedPrefix = "replay-";

    /// <summary>
    /// After a fault of this replica the pause is longer than the interval at which the others try to lock, so that another replica takes
    /// over.
    /// </summary>
    private static readonly TimeSpan
        PauseAfterFailure = TimeSpan.FromMilliseconds(500),
        PauseAfterOwnFault = TimeSpan.FromSeconds(3);

    /// <summary>Less than the interval of heartbeats, so that a session that waits for the lock needs none.</summary>
    private static readonly TimeSpan LockAttemptInterval = 0.9 * SessionLock.HeartbeatInterval;

    private readonly RelayTable _table = new(store);
    private readonly TroubleReport _report = new(store, clock);

    /// <summary>Whether this replica is the leader.</summary>
    public bool Leads { get; private set; }

    /// <summary>Declares the tables and documents of the relay.</summary>
    public static void Configure(StoreOptions options)
    {
        RelayTable.Configure(options);
        StoreEpoch.Configure(options);
        options.RegisterDocumentType<RelayTrouble>();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = PauseAfterFailure;
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
                if (e is not (NpgsqlException or OperationCanceledException)) await Report(e, stoppingToken);
                if (IsOwnFault(e)) pause = PauseAfterOwnFault;
            }
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitForLock(SessionLock session, CancellationToken ct)
    {
        while (!await session.TryLock(_table.LockKey, ct)) await Task.Delay(LockAttemptInterval, clock, ct);
    }

    /// <summary>Leads until something fails.</summary>
    private async Task Lead(SessionLock session, CancellationToken ct)
    {
        _report.Reset();
        await using var trail = RelayTrail.Of(store, broker, clock);
        var epoch = await epochs.DetectLoss(session, trail, ct);
        if (epoch > 0) await epochBegan(epoch, ct);
        var position = await session.Run(leader => _table.Load(leader, ct), ct);
        var consumers = new ConsumerQueues(broker, trail, queues);
        var term = new RelayTerm(
            store, database, appended, bus, publisher, translate, clock, log, _report, _table, session, trail, consumers, epoch);
        Leads = true;
        TermBegins(log, new RelayProgress(position.Upto, position.Holes).Contiguous);
        try
        {
            await term.Run(position, ct);
        }
        finally
        {
            Leads = false;
        }
    }

    /// <summary>
    /// Whether this replica caused the error, because it does not know or cannot translate an event. Otherwise the database or the broker
    /// failed.
    /// </summary>
    private static bool IsOwnFault(Exception e) =>
        e is not (NpgsqlException
            or RabbitMQClientException
            or TimeoutException
            or OperationCanceledException
            or IOException
            or ObjectDisposedException)
        && (e.InnerException is null || IsOwnFault(e.InnerException));

    private async Task Report(Exception e, CancellationToken ct)
    {
        try
        {
            await _report.Report(e, ct);
        }
        catch (Exception unavailable) when (!ct.IsCancellationRequested)
        {
            NotReported(log, unavailable);
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _report.Dispose();
        base.Dispose();
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "This replica leads the relay now and publishes the events after number {Position}.")]
    private static partial void TermBegins(ILogger log, long position);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The relay of this replica failed. It, or that of another replica, will continue within seconds.")]
    private static partial void TermEnded(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not store the error of the relay for the other replicas.")]
    private static partial void NotReported(ILogger log, Exception e);
}
