using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
#pragma warning disable NPG9001 // SocketOf reaches the socket through an internal type.
using Npgsql.Internal;

namespace Platform.Postgres;

/// <summary>
/// Connects this process to the current primary of its database. Every new connection is checked: a standby is rejected, and so is a former
/// primary that was replaced by a promoted standby. When a newer primary is found, all connections to the former one are closed, even those
/// in use, because a primary that is cut off from the cluster would keep serving stale data (docs/decisions/0108).
/// </summary>
public sealed partial class Database(NpgsqlConnectionStringBuilder settings, TimeProvider clock, ILogger<Database> log) : BackgroundService
{
    /// <summary>
    /// TCP connections are dropped if the host does not acknowledge data within this time. The default of the kernel is about 15 minutes.
    /// </summary>
    private static readonly TimeSpan Unacknowledged = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PrimaryCheckInterval = TimeSpan.FromSeconds(1), ReconnectInterval = TimeSpan.FromMilliseconds(250);
    private const int RoundsWithoutPool = 8;
    /// <summary>Connection timeout for each host, if several are configured.</summary>
    private const int ConnectSeconds = 5;
    /// <summary>Timeout for asking a host whether it is the primary.</summary>
    private const int AnswerSeconds = 2;
    // Values from <netinet/in.h> and <netinet/tcp.h>.
    private const int Tcp = 6, TcpUserTimeout = 18;

    private readonly Lock _lock = new();
    private readonly List<(Socket Socket, PrimaryServer Server)> _connections = [];
    private readonly List<NpgsqlDataSource> _sources = [];
    private PrimaryServer? _primary;
    private volatile bool _hasPrimary;

    /// <summary>
    /// Opens another connection pool to the primary. <paramref name="configure"/> may change the settings of this process for it.
    /// </summary>
    public NpgsqlDataSource Open(Action<NpgsqlConnectionStringBuilder>? configure = null)
    {
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        configure?.Invoke(own);
        if (own.HasSeveralHosts())
        {
            own.Timeout = Math.Min(own.Timeout, ConnectSeconds);
            // By default Npgsql retries unresponsive hosts every few seconds, and requests would wait for them. This class clears the host
            // states instead.
            own.HostRecheckSeconds = (int)TimeSpan.FromHours(1).TotalSeconds;
        }
        var builder = new NpgsqlDataSourceBuilder(own.ConnectionString);
        builder.UsePhysicalConnectionInitializer(Check, CheckAsync);
        var source = own.HasSeveralHosts() ? builder.BuildMultiHost() : builder.Build();
        lock (_lock) _sources.Add(source);
        return source is NpgsqlMultiHostDataSource several ? several.WithTargetSession(TargetSessionAttributes.Primary) : source;
    }

    /// <summary>Closes every connection: idle ones now, the others when they are returned to the pool.</summary>
    public void Clear()
    {
        foreach (var source in Sources()) source.Clear();
    }

    /// <summary>With several hosts: looks for a newer primary, and makes Npgsql try all hosts again if it reaches none.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        settings.HasSeveralHosts() ? Task.WhenAll(WatchPrimary(stoppingToken), KeepReachable(stoppingToken)) : Task.CompletedTask;

    private async Task WatchPrimary(CancellationToken ct)
    {
        var hosts = settings.Host!.Split(',').Select(SingleConnection).ToArray();
        using var timer = new PeriodicTimer(PrimaryCheckInterval, clock);
        do
        {
            var primaries = (await Task.WhenAll(hosts.Select(h => AskForPrimary(h, ct)))).OfType<PrimaryServer>();
            var newest = primaries.MaxBy(p => p.Timeline);
            _hasPrimary = newest is not null;
            if (newest is not null) Observe(newest, null);
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private async Task KeepReachable(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(ReconnectInterval, clock);
        for (var round = 0; await timer.WaitForNextTickAsync(ct); round++)
        {
            // Without a pool each attempt opens a connection, so it is made only every two seconds, or after an attempt with a pool failed.
            var all = round % RoundsWithoutPool == 0;
            foreach (var source in Sources().OfType<NpgsqlMultiHostDataSource>().OrderByDescending(IsPooled).Where(s => all || IsPooled(s)))
                try
                {
                    await using var connection = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, ct);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    all = true;
                    if (_hasPrimary) source.ClearDatabaseStates();
                    Unreachable(log, e.Message);
                }
        }
    }

    private static bool IsPooled(NpgsqlDataSource source) => new NpgsqlConnectionStringBuilder(source.ConnectionString).Pooling;

    private NpgsqlDataSource SingleConnection(string host) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Host = host.Trim(),
            MinPoolSize = 0,
            MaxPoolSize = 1,
            Timeout = AnswerSeconds,
            CommandTimeout = AnswerSeconds,
            CancellationTimeout = -1, // An unresponsive host does not answer a cancellation request either.
        });

    private static async Task<PrimaryServer?> AskForPrimary(NpgsqlDataSource host, CancellationToken ct)
    {
        try
        {
            await using var command = host.CreateCommand(PrimaryServer.Query);
            return PrimaryServer.Parse(await command.ExecuteScalarAsync(ct) as string);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return null; // The host is asked again in a second.
        }
    }

    private async Task CheckAsync(NpgsqlConnection connection)
    {
        await using var command = QueryOf(connection);
        Admit(connection, PrimaryServer.Parse(await command.ExecuteScalarAsync() as string));
    }

    private void Check(NpgsqlConnection connection)
    {
        using var command = QueryOf(connection);
        Admit(connection, PrimaryServer.Parse(command.ExecuteScalar() as string));
    }

    private static NpgsqlCommand QueryOf(NpgsqlConnection connection) =>
        new(PrimaryServer.Query, connection) { CommandTimeout = connection.ConnectionTimeout };

    private void Admit(NpgsqlConnection connection, PrimaryServer? server)
    {
        var socket = SocketOf(ConnectorOf(connection));
        if (OperatingSystem.IsLinux() && socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            socket.SetRawSocketOption(Tcp, TcpUserTimeout, BitConverter.GetBytes((int)Unacknowledged.TotalMilliseconds));
        if (server is null) throw Unsuitable(connection, "is a standby");
        if (!Observe(server, socket)) throw Unsuitable(connection, "was the primary before another server was promoted");
    }

    // Reported as a failed connection, so that Npgsql tries the next host and callers see that the store is unavailable.
    private static NpgsqlException Unsuitable(NpgsqlConnection connection, string problem)
    {
        var reason = $"The server {connection.Host}:{connection.Port} {problem}.";
        return new NpgsqlException(reason, new IOException(reason));
    }

    /// <summary>
    /// Notes that a server answered as primary. Returns false if a newer primary is known already. If this one is newer, connections to the
    /// former primary are closed.
    /// </summary>
    private bool Observe(PrimaryServer server, Socket? socket)
    {
        Socket[] former;
        lock (_lock)
        {
            if (_primary is not null && server.WasReplacedBy(_primary)) return false;
            _connections.RemoveAll(c => !c.Socket.Connected);
            if (socket is not null) _connections.Add((socket, server));
            var known = _primary;
            _primary = server;
            if (known is null || known == server) return true;
            former = [.. _connections.Where(c => c.Server != server).Select(c => c.Socket)];
        }
        PrimaryChanged(log, server.Timeline, former.Length);
        foreach (var source in Sources())
        {
            source.Clear();
            (source as NpgsqlMultiHostDataSource)?.ClearDatabaseStates();
        }
        foreach (var connection in former) Disconnect(connection);
        return true;
    }

    /// <summary>A statement that is waiting for an answer fails as if the server had closed the connection.</summary>
    private static void Disconnect(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The socket is already closed.
        }
    }

    private NpgsqlDataSource[] Sources()
    {
        lock (_lock) return [.. _sources];
    }

    // Npgsql offers neither a setting for this timeout nor a way to end a statement whose server does not answer. The Npgsql version is
    // pinned; a version without these members fails at the first connection.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    private static extern NpgsqlConnector ConnectorOf(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket SocketOf(NpgsqlConnector connector);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Another server was promoted to primary (timeline {Timeline}); closing {Connections} connections to the former primary.")]
    private static partial void PrimaryChanged(ILogger log, uint timeline, int connections);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No configured database host is a primary: {Reason}")]
    private static partial void Unreachable(ILogger log, string reason);
}

/// <summary>A primary server, identified by its cluster and its timeline. Each promotion of a standby increases the timeline.</summary>
internal sealed record PrimaryServer(string Cluster, uint Timeline)
{
    /// <summary>
    /// Identifies a server by its cluster and its timeline, which changes with each promotion and each restore. The name of the current WAL
    /// segment begins with the timeline.
    /// </summary>
    public const string Sql =
        "(select system_identifier from pg_control_system()) || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8)";

    /// <summary>Query whose result is null on a standby.</summary>
    public const string Query = $"select case when not pg_is_in_recovery() then {Sql} end";

    /// <summary>Parses the result of the query.</summary>
    public static PrimaryServer? Parse(string? answer) =>
        answer?.Split(' ') is [var cluster, var timeline]
            ? new(cluster, uint.Parse(timeline, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : null;

    /// <summary>Whether this server was the primary of the same cluster before <paramref name="other"/>.</summary>
    public bool WasReplacedBy(PrimaryServer other) => Cluster == other.Cluster && Timeline < other.Timeline;
}
