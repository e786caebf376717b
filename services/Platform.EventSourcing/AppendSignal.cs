using System.Threading.Channels;
using Marten;
using Marten.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventSourcing;

/// <summary>
/// Wakes the daemon of whichever replica leads as soon as any replica has committed events. The NOTIFY is sent after the commit, on its own and
/// for many commits at once: inside the transactions it would make them wait for each other. A lost one costs a polling interval.
/// </summary>
public sealed partial class AppendSignal(NpgsqlDataSource database, TimeProvider clock, ILogger<AppendSignal> log) : BackgroundService, IDocumentSessionListener
{
    /// <summary>Commits closer together than this share one wake-up.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Where it is sent; <see cref="AppendWakeup"/> listens.</summary>
    public const string ChannelName = "events_appended";

    private readonly Channel<bool> _appended = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <inheritdoc />
    public Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (commit.GetStreams().Any()) _appended.Writer.TryWrite(true);
        return Task.CompletedTask;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The daemon was not woken; it finds the events at its next poll.")]
    private static partial void NotSent(ILogger log, Exception e);
}
