using System.Diagnostics.Metrics;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Platform.Hosting;

namespace Gateway;

/// <summary>
/// Hands what is placed in the store to everybody who listens at this gateway. A frame is made once and shared; who listens costs a place
/// in a list and no thread; one timer beats for all, each time for some of them.
/// </summary>
public sealed class LiveFeed : BackgroundService, IHealthCheck
{
    private const int Turns = 15;
    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "platform.gateway.live.sent", "{event}", "Events handed to those who listen.");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>(
        "platform.gateway.live.dropped", "{client}", "Clients that were too slow.");
    private static readonly UpDownCounter<long> Listening = Meter.CreateUpDownCounter<long>(
        "platform.gateway.live.clients", "{client}", "Clients that listen.");

    private readonly LiveStore _store;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ILogger<LiveFeed> _log;
    private readonly TimeSpan _heartbeat;
    private readonly int _buffer, _most, _mostPerClient;
    private readonly Lock _sending = new();
    private readonly Dictionary<int, LiveClient> _clients = [];
    private readonly Dictionary<string, int> _streams = [];
    private int _joined;
    private long? _position;
    private bool _ended;
    private volatile string? _trouble = "not connected yet";

    /// <summary>
    /// <c>Gateway:Live:HeartbeatSeconds</c> (15), <c>Gateway:Live:Buffer</c>: events that may wait for one client (256),
    /// <c>Gateway:Live:MostClients</c> of one gateway (20,000), <c>Gateway:Live:MostPerClient</c> of one address (20; 0 = no limit).
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
        _buffer = configuration.GetValue("Gateway:Live:Buffer", 256);
        _most = configuration.GetValue("Gateway:Live:MostClients", 20_000);
        _mostPerClient = configuration.GetValue("Gateway:Live:MostPerClient", 20);
        lifetime.ApplicationStopping.Register(End);
    }

    /// <summary>
    /// From now on the client is given all that is placed after <see cref="LiveClient.JoinedAt"/>; null if there is no room, or nothing
    /// is known of the store yet. <paramref name="tooMany"/>: the address has as many streams as one may have.
    /// </summary>
    public LiveClient? Join(LiveFilter filter, string address, Action abort, out bool tooMany)
    {
        lock (_sending)
        {
            var streams = _streams.GetValueOrDefault(address);
            tooMany = _mostPerClient > 0 && streams >= _mostPerClient;
            if (tooMany || _ended || _position is not { } position || _clients.Count >= _most) return null;
            var client = new LiveClient(++_joined, address, position, filter, _buffer, abort);
            _clients.Add(client.Number, client);
            _streams[address] = streams + 1;
            Listening.Add(1);
            return client;
        }
    }

    /// <summary>It is gone.</summary>
    public void Leave(LiveClient client)
    {
        lock (_sending)
            if (_clients.Remove(client.Number))
            {
                Listening.Add(-1);
                if (--_streams[client.Address] == 0) _streams.Remove(client.Address);
            }
    }

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_trouble is { } trouble ? HealthCheckResult.Degraded(trouble) : HealthCheckResult.Healthy());

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _store.Made.WaitAsync(stoppingToken);
        var beating = Beat(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Follow(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                _trouble = $"{e.GetType().Name}: {e.Message}";
                LiveLog.NotFollowing(_log, e);
                await Task.Delay(TimeSpan.FromSeconds(1), _clock, stoppingToken);
            }
        }
        await beating;
    }

    private async Task Follow(CancellationToken ct)
    {
        await using var connection = await _database.OpenConnectionAsync(ct);
        await using (var listen = new NpgsqlCommand($"listen {LiveStore.ChannelName}", connection)) await listen.ExecuteNonQueryAsync(ct);
        if (_position is null)
        {
            var (_, newest) = await _store.Bounds(ct);
            lock (_sending) _position = newest;
        }
        _trouble = null;
        for (var forgot = _clock.GetTimestamp(); ;)
        {
            while (await _store.After(_position!.Value, ct) is { Count: > 0 } page) Send(page);
            await connection.WaitAsync(_store.Pause, ct); // and then looks, told or not
            if (_clock.GetElapsedTime(forgot) < _store.Pause) continue;
            forgot = _clock.GetTimestamp();
            await _store.Forget(ct);
        }
    }

    private void Send(IReadOnlyList<Placed> page)
    {
        foreach (var placed in page)
        {
            var frame = Frame.Of(placed);
            var given = 0;
            lock (_sending)
            {
                _position = placed.Id;
                foreach (var client in _clients.Values)
                    if (client.Filter.Wants(placed.Entry))
                        if (client.Offer(frame)) given++;
                        else Dropped.Add(1);
            }
            Sent.Add(given);
        }
    }

    /// <summary>
    /// A comment, so that nobody between takes the connection for dead; with the place, so that whoever wants little of what is told is not
    /// told one day that they missed it.
    /// </summary>
    private async Task Beat(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_heartbeat / Turns, _clock);
        for (var turn = 0; await timer.WaitForNextTickAsync(ct); turn = (turn + 1) % Turns)
            lock (_sending)
            {
                if (_position is not { } position) continue;
                var beat = new Frame(position, Encoding.UTF8.GetBytes($":\nid: {position}\n\n"), IsBeat: true);
                foreach (var (number, client) in _clients)
                    if (number % Turns == turn && client.IsIdle) client.Offer(beat);
            }
    }

    /// <summary>The gateway stops: everybody's answer ends, and they come back elsewhere.</summary>
    private void End()
    {
        lock (_sending)
        {
            _ended = true;
            foreach (var client in _clients.Values) client.End();
        }
    }

    /// <summary>
    /// Everybody's answer ends; they come back with the last id they have. What comes next is placed after <paramref name="place"/>.
    /// </summary>
    public void SendBack(long place)
    {
        lock (_sending)
        {
            if (_position < place) _position = place;
            foreach (var client in _clients.Values) client.End();
        }
    }
}

/// <summary>Bytes as they go out, and up to which place they tell.</summary>
public sealed record Frame(long Id, ReadOnlyMemory<byte> Bytes, bool IsBeat = false)
{
    public static Frame Of(Placed placed) =>
        new(placed.Id, Encoding.UTF8.GetBytes($"id: {placed.Id}\nevent: {placed.Entry.Topic}\ndata: {placed.Entry.Data}\n\n"));
}

/// <summary>
/// Somebody who listens. What waits for them is bounded: who does not keep up is cut off, and comes back with the last id they have.
/// </summary>
public sealed class LiveClient(int number, string address, long joinedAt, LiveFilter filter, int buffer, Action abort)
{
    private readonly Channel<Frame> _frames = Channel.CreateBounded<Frame>(
        new BoundedChannelOptions(buffer) { SingleReader = true, AllowSynchronousContinuations = false });

    /// <summary>How many came before it.</summary>
    public int Number => number;
    /// <summary>Where it listens from.</summary>
    public string Address => address;
    /// <summary>All that is placed after this is given to it.</summary>
    public long JoinedAt => joinedAt;
    /// <summary>What it wants to hear.</summary>
    public LiveFilter Filter => filter;
    /// <summary>What it has not been sent yet; ends when it should go.</summary>
    public ChannelReader<Frame> Frames => _frames.Reader;
    /// <summary>Nothing waits.</summary>
    public bool IsIdle => _frames.Reader.Count == 0;

    /// <summary>False where it did not keep up, and is cut off.</summary>
    public bool Offer(Frame frame)
    {
        if (_frames.Writer.TryWrite(frame)) return true;
        if (_frames.Writer.TryComplete()) abort();
        return false;
    }

    /// <summary>It is sent what waits, and no more.</summary>
    public void End() => _frames.Writer.TryComplete();
}

internal static partial class LiveLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The database of the live stream does not answer; trying again.")]
    public static partial void StoreIsAway(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The live stream stands still: its store cannot be followed; trying again.")]
    public static partial void NotFollowing(ILogger log, Exception e);
}
