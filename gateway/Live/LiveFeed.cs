using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Gateway.Live;

/// <summary>
/// Delivers stored events to all clients connected to this gateway. Each event is serialised once and shared. A client costs one list
/// entry, not a thread. One timer sends all heartbeats, staggered across clients.
/// </summary>
public sealed class LiveFeed : BackgroundService, IHealthCheck
{
    private const int HeartbeatSlots = 15;
    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "platform.gateway.live.sent", "{event}", "Events sent to clients of the live stream.");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>(
        "platform.gateway.live.dropped", "{client}", "Clients that were disconnected because they stopped reading.");
    private static readonly UpDownCounter<long> Clients = Meter.CreateUpDownCounter<long>(
        "platform.gateway.live.clients", "{client}", "Connected clients of the live stream.");

    private readonly LiveStore _store;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ILogger<LiveFeed> _log;
    private readonly TimeSpan _heartbeat;
    private readonly int _buffer, _maxClients, _maxPerAddress;
    private readonly Lock _sending = new();
    private readonly Dictionary<int, LiveClient> _clients = [];
    private readonly Dictionary<string, int> _streams = [];
    private int _lastNumber;
    private long? _position;
    private bool _isStopping;
    private volatile string? _problem = "not connected yet";

    /// <summary>
    /// Settings: <c>Gateway:Live:HeartbeatSeconds</c> (15), <c>Gateway:Live:Buffer</c>, the number of events that may be buffered for one
    /// client (1000), <c>Gateway:Live:MostClients</c> per gateway (20,000), <c>Gateway:Live:MostPerClient</c> per address (20; 0 = no
    /// limit).
    /// </summary>
    public LiveFeed(
        LiveStore store,
        NpgsqlDataSource database,
        TimeProvider clock,
        IConfiguration configuration,
        IHostApplicationLifetime lifetime,
        ILogger<LiveFeed> log)
    {
        (_store, _database, _clock, _log) = (store, database, clock, log);
        _heartbeat = TimeSpan.FromSeconds(configuration.GetValue("Gateway:Live:HeartbeatSeconds", 15.0));
        _buffer = configuration.GetValue("Gateway:Live:Buffer", 1000);
        _maxClients = configuration.GetValue("Gateway:Live:MostClients", 20_000);
        _maxPerAddress = configuration.GetValue("Gateway:Live:MostPerClient", 20);
        lifetime.ApplicationStopping.Register(End);
    }

    /// <summary>
    /// Adds a client, which from now on receives all events after <see cref="LiveClient.JoinedAt"/>. Null if the gateway is full, or is not
    /// connected to the store yet. <paramref name="tooMany"/>: the address has reached its limit.
    /// </summary>
    public LiveClient? Join(LiveFilter filter, string address, Action abort, out bool tooMany)
    {
        lock (_sending)
        {
            var streams = _streams.GetValueOrDefault(address);
            tooMany = _maxPerAddress > 0 && streams >= _maxPerAddress;
            if (tooMany || _isStopping || _position is not { } position || _clients.Count >= _maxClients) return null;
            var client = new LiveClient(++_lastNumber, address, position, filter, _buffer, abort);
            _clients.Add(client.Number, client);
            _streams[address] = streams + 1;
            Clients.Add(1);
            return client;
        }
    }

    public void Leave(LiveClient client)
    {
        lock (_sending)
            if (_clients.Remove(client.Number))
            {
                Clients.Add(-1);
                if (--_streams[client.Address] == 0) _streams.Remove(client.Address);
            }
    }

    /// <summary>
    /// Whether events were left out because the buffer of the client was full. From now on it receives all events after
    /// <see cref="LiveClient.JoinedAt"/> again, and reads those before from the store.
    /// </summary>
    public bool Rejoin(LiveClient client)
    {
        lock (_sending) return client.Rejoin(_position!.Value);
    }

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_problem is { } problem ? HealthCheckResult.Degraded(problem) : HealthCheckResult.Healthy());

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _store.Ready.WaitAsync(stoppingToken);
        var heartbeats = SendHeartbeats(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Follow(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                _problem = $"{e.GetType().Name}: {e.Message}";
                LiveLog.NotFollowing(_log, e);
                await Task.Delay(TimeSpan.FromSeconds(1), _clock, stoppingToken);
            }
        }
        await heartbeats;
    }

    private async Task Follow(CancellationToken ct)
    {
        await using var connection = await _database.OpenConnectionAsync(ct);
        try
        {
            await using (var listen = new NpgsqlCommand($"listen {LiveStore.ChannelName}", connection))
                await listen.ExecuteNonQueryAsync(ct);
            for (var lastCleanup = _clock.GetTimestamp(); ;)
            {
                await ReadNew(ct);
                _problem = null;
                await connection.WaitAsync(_store.PollInterval, ct); // The table is read after a notification or a timeout.
                if (_clock.GetElapsedTime(lastCleanup) < _store.PollInterval) continue;
                lastCleanup = _clock.GetTimestamp();
                await _store.DeleteExpired(ct);
            }
        }
        finally
        {
            await connection.Unlisten();
        }
    }

    /// <summary>Sends the new entries to the clients. If there are no clients, only the newest id is read.</summary>
    private async Task ReadNew(CancellationToken ct)
    {
        while (true)
        {
            if (PositionOfClients() is not { } position)
            {
                if (Skip(await _store.Newest(ct))) return;
                continue;
            }
            var page = await _store.After(position, ct);
            if (page.Count == 0) return;
            Send(page);
        }
    }

    /// <summary>The position from which the clients receive events; null if there are no clients.</summary>
    private long? PositionOfClients()
    {
        lock (_sending) return _clients.Count > 0 ? _position : null;
    }

    /// <summary>Advances the position, unless a client has joined at the earlier one and must receive the events after it.</summary>
    private bool Skip(long newest)
    {
        lock (_sending)
        {
            if (_clients.Count > 0) return false;
            _position = Math.Max(_position ?? 0, newest);
            return true;
        }
    }

    private void Send(IReadOnlyList<StoredEntry> page)
    {
        foreach (var stored in page)
        {
            var frame = Frame.Of(stored);
            var delivered = 0;
            lock (_sending)
            {
                _position = stored.Id;
                foreach (var client in _clients.Values)
                    if (client.Filter.Wants(stored.Entry) && client.Offer(frame)) delivered++;
            }
            Sent.Add(delivered);
        }
    }

    /// <summary>
    /// Sends a comment line, so that no proxy closes an idle connection. It carries the current position, so that a client that receives
    /// few events does not appear to have missed any later. Disconnects clients that are behind and have read nothing since the last time.
    /// </summary>
    private async Task SendHeartbeats(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_heartbeat / HeartbeatSlots, _clock);
        for (var slot = 0; await timer.WaitForNextTickAsync(ct); slot = (slot + 1) % HeartbeatSlots)
            lock (_sending)
            {
                if (_position is not { } position) continue;
                var heartbeat = new Frame(position, Encoding.UTF8.GetBytes($":\nid: {position}\n\n"), IsHeartbeat: true);
                foreach (var (_, client) in _clients.Where(c => c.Key % HeartbeatSlots == slot))
                    if (client.DisconnectIfStalled()) Dropped.Add(1);
                    else if (client.IsIdle) client.Offer(heartbeat);
            }
    }

    /// <summary>The gateway is stopping: ends all streams, so that clients reconnect to another gateway.</summary>
    private void End()
    {
        lock (_sending)
        {
            _isStopping = true;
            foreach (var client in _clients.Values) client.End();
        }
    }

    /// <summary>
    /// Ends all streams; clients reconnect with the last id that they received. New events come after <paramref name="position"/>.
    /// </summary>
    public void DisconnectAll(long position)
    {
        lock (_sending)
        {
            if (_position < position) _position = position;
            foreach (var client in _clients.Values) client.End();
        }
    }
}

internal static partial class LiveLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The database of the live stream is unavailable; retrying.")]
    public static partial void StoreUnavailable(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Live events are not delivered because the store cannot be read; retrying.")]
    public static partial void NotFollowing(ILogger log, Exception e);
}
