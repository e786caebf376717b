using System.Threading.Channels;
using Marten;
using Marten.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;

namespace Platform.EventSourcing;

/// <summary>
/// Wakes the relay as soon as any replica has committed events: directly if this replica leads, otherwise by NOTIFY. One NOTIFY is sent
/// for many commits and outside their transactions, because a NOTIFY inside a transaction makes concurrent commits wait for each other. If
/// it is lost, the relay finds the events at its next poll.
/// </summary>
public sealed partial class AppendSignal(NpgsqlDataSource database, AppendListener listener, TimeProvider clock, ILogger<AppendSignal> log)
    : BackgroundService, IDocumentSessionListener
{
    /// <summary>Commits closer together than this share one NOTIFY.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);

    /// <summary>The channel of the NOTIFY, to which <see cref="AppendListener"/> listens.</summary>
    public const string ChannelName = "events_appended";

    private readonly Channel<bool> _appended = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <inheritdoc />
    public Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (commit.GetStreams().Any()) NotifyRelay();
        return Task.CompletedTask;
    }

    /// <summary>Must be called after events were committed without a Marten session.</summary>
    public void NotifyRelay()
    {
        if (listener.IsListening) listener.Signal();
        else _appended.Writer.TryWrite(true);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _appended.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await using var notify = database.CreateCommand($"notify {ChannelName}");
                await notify.ExecuteNonQueryAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                NotificationFailed(log, e);
            }
            await Task.Delay(Interval, clock, stoppingToken);
        }
    }

    /// <inheritdoc />
    public Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token) => Task.CompletedTask;

    /// <inheritdoc />
    public void DocumentLoaded(object id, object document) { }

    /// <inheritdoc />
    public void DocumentAddedForStorage(object id, object document) { }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not notify the relay of new events. The relay finds them at its next poll.")]
    private static partial void NotificationFailed(ILogger log, Exception e);
}

/// <summary>
/// Lets the relay of this replica sleep until events are appended. A signal that arrives while the relay is reading ends its next wait.
/// </summary>
public sealed class AppendListener(NpgsqlDataSource database) : IDisposable
{
    private readonly SemaphoreSlim _signalled = new(0, 1);
    private readonly Lock _signalLock = new();

    /// <summary>Whether this replica leads, so that its own commits need no NOTIFY.</summary>
    public bool IsListening { get; private set; }

    /// <summary>Waits for a signal. Returns at once if one has arrived since the previous call returned.</summary>
    public Task Wait(TimeSpan limit, CancellationToken ct) => _signalled.WaitAsync(limit, ct);

    /// <summary>Wakes the relay, or ends its next wait if it is not waiting now.</summary>
    public void Signal()
    {
        lock (_signalLock)
            if (_signalled.CurrentCount == 0) _signalled.Release();
    }

    /// <summary>Listens for commits of other replicas until it is cancelled or the connection breaks.</summary>
    public async Task Listen(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        connection.Notification += (_, _) => Signal();
        await using (var listen = new NpgsqlCommand($"listen {AppendSignal.ChannelName}", connection))
            await listen.ExecuteNonQueryAsync(ct);
        IsListening = true;
        try
        {
            Signal(); // events may have been committed before this connection listened
            while (true) await connection.WaitAsync(ct);
        }
        finally
        {
            IsListening = false;
            await connection.Unlisten();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _signalled.Dispose();
}
