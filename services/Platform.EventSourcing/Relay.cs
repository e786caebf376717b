using Marten;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventSourcing.Replays;
using RabbitMQ.Client.Exceptions;

namespace Platform.EventSourcing;

/// <summary>
/// Event store to bus. The stored event is the outbox: messages are published with confirms, in the order of each stream, and only then
/// does the position move, so a crash repeats and never loses. One replica leads: the one whose database session holds the lock and moves
/// the position. Any error ends its term; whoever leads next, it or another replica, starts from the stored position and from nothing else.
/// </summary>
public sealed partial class Relay(
    IDocumentStore store,
    NpgsqlDataSource database,
    LockSessions sessions,
    AppendListener appended,
    IBus bus,
    IBroker broker,
    StoreEpoch epochs,
    ConfirmedPublisher publisher,
    Translate translate,
    TimeProvider clock,
    ILogger<Relay> log) : BackgroundService
{
    /// <summary>Its name in the database.</summary>
    public const string Id = "relay";

    /// <summary>Source of its traces and metrics.</summary>
    public const string Telemetry = "Platform.Relay";

    /// <summary>Another replica looks for the lock each second: it gets it before the one that failed tries again.</summary>
    private static readonly TimeSpan
        AskForLock = TimeSpan.FromSeconds(1),
        AfterFailure = TimeSpan.FromMilliseconds(500),
        AfterOwnFault = TimeSpan.FromSeconds(3);

    private readonly RelayTable _table = new(store);
    private readonly TroubleReport _report = new(store, clock);

    /// <summary>Whether this replica leads now.</summary>
    public bool Leads { get; private set; }

    /// <summary>Declares what it stores.</summary>
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
                if (e is not (NpgsqlException or OperationCanceledException)) await Report(e, stoppingToken);
                if (IsOwnFault(e)) pause = AfterOwnFault;
            }
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitForLock(SessionLock session, CancellationToken ct)
    {
        while (!await session.TryLock(_table.LockKey, ct)) await Task.Delay(AskForLock, clock, ct);
    }

    /// <summary>One term: until something fails.</summary>
    private async Task Lead(SessionLock session, CancellationToken ct)
    {
        _report.Forget();
        await using var trail = RelayTrail.Of(store, broker, clock);
        var epoch = await epochs.Recognise(session, trail, ct);
        if (epoch > 0) await epochs.Restate(epoch, ct);
        var position = await session.Run(leader => _table.Load(leader, ct), ct);
        var term = new RelayTerm(
            store, database, appended, bus, publisher, translate, clock, log, _report, _table, session, trail, epoch);
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

    /// <summary>Not the database, the broker or another leader: an event that this version does not know, or cannot translate.</summary>
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
            await _report.Tell(e, ct);
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
        Level = LogLevel.Information, Message = "This replica relays events to the broker from now on, after number {Position}.")]
    private static partial void TermBegins(ILogger log, long position);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "This replica does not relay events to the broker any more; it, or another one, starts again.")]
    private static partial void TermEnded(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What holds the relay up could not be stored for the other replicas.")]
    private static partial void NotReported(ILogger log, Exception e);
}
