using System.Data;
using System.Threading.Channels;
using Marten;
using Marten.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventSourcing;

/// <summary>
/// Wakes the relay as soon as any replica has committed events: directly if this replica leads, else by NOTIFY. The NOTIFY is sent after
/// the commit, on its own and for many commits at once: inside the transactions it would make them wait for each other. A lost one costs a
/// polling interval of the relay.
/// </summary>
public sealed partial class AppendSignal(NpgsqlDataSource database, AppendListener listener, TimeProvider clock, ILogger<AppendSignal> log)
    : BackgroundService, IDocumentSessionListener
{
    /// <summary>Commits closer together than this share one NOTIFY.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);

    /// <summary>Where it is sent; <see cref="AppendListener"/> listens.</summary>
    public const string ChannelName = "events_appended";

    private readonly Channel<bool> _appended = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <inheritdoc />
    public Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (commit.GetStreams().Any()) Appended();
        return Task.CompletedTask;
    }

    /// <summary>To be called after events were committed without a session of Marten.</summary>
    public void Appended()
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
                NotSent(log, e);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay was not notified of new events; it finds them at its next poll.")]
    private static partial void NotSent(ILogger log, Exception e);
}

/// <summary>
/// What the relay of this replica sleeps on while it leads. A signal that comes while the relay reads is kept for its next wait.
/// </summary>
public sealed class AppendListener(NpgsqlDataSource database) : IDisposable
{
    private readonly SemaphoreSlim _signalled = new(0, 1);
    private readonly Lock _oneSignal = new();

    /// <summary>Whether this replica's relay leads, so that its own commits need no NOTIFY.</summary>
    public bool IsListening { get; private set; }

    /// <summary>Returns at once if anything was signalled since it last returned.</summary>
    public Task Wait(TimeSpan limit, CancellationToken ct) => _signalled.WaitAsync(limit, ct);

    /// <summary>Wakes the relay, now or when it waits next.</summary>
    public void Signal()
    {
        lock (_oneSignal)
            if (_signalled.CurrentCount == 0) _signalled.Release();
    }

    /// <summary>Hears what other replicas commit, until cancelled or until the connection breaks.</summary>
    public async Task Listen(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        connection.Notification += (_, _) => Signal();
        await using (var listen = new NpgsqlCommand($"listen {AppendSignal.ChannelName}", connection))
            await listen.ExecuteNonQueryAsync(ct);
        IsListening = true;
        try
        {
            Signal(); // for what was committed before
            while (true) await connection.WaitAsync(ct);
        }
        finally
        {
            IsListening = false;
            if (connection.State == ConnectionState.Open) await Unlisten(connection); // the pool does not reset connections
        }
    }

    private static async Task Unlisten(NpgsqlConnection connection)
    {
        await using var unlisten = new NpgsqlCommand("unlisten *", connection);
        await unlisten.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <inheritdoc />
    public void Dispose() => _signalled.Dispose();
}
