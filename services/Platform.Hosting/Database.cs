using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
#pragma warning disable NPG9001 // Its socket is reached through an internal type, see SocketOf.
using Npgsql.Internal;
using Platform.EventSourcing;

namespace Platform.Hosting;

/// <summary>
/// The database of this process, wherever its primary is. Each connection is checked when it is opened: a standby is refused, and so is a
/// server that was the primary before another one was promoted. When a newer primary is found, all connections to the former one are
/// closed, even those in use: a server that is cut off from the others goes on answering with what it knew (docs/decisions/0108).
/// </summary>
public sealed partial class Database(NpgsqlConnectionStringBuilder settings, TimeProvider clock, ILogger<Database> log) : BackgroundService
{
    /// <summary>A host that does not acknowledge what it is sent is given up after this time; without a limit, after 15 minutes.</summary>
    private static readonly TimeSpan Unacknowledged = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EveryLook = TimeSpan.FromSeconds(1), EveryTry = TimeSpan.FromMilliseconds(250);
    /// <summary>For so many seconds each of several hosts may take to let a connection in.</summary>
    private const int ConnectSeconds = 5;
    /// <summary>For so many seconds a host may take to say whether it is the primary.</summary>
    private const int AnswerSeconds = 2;
    // As <netinet/in.h> and <netinet/tcp.h> number them.
    private const int Tcp = 6, TcpUserTimeout = 18;

    private readonly Lock _lock = new();
    private readonly List<(Socket Socket, PrimaryServer Server)> _connections = [];
    private readonly List<NpgsqlDataSource> _sources = [];
    private PrimaryServer? _primary;
    private volatile bool _answers;

    /// <summary>
    /// One more pool of connections to the primary, with the settings of this process and those of <paramref name="configure"/>.
    /// </summary>
    public NpgsqlDataSource Open(Action<NpgsqlConnectionStringBuilder>? configure = null)
    {
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        configure?.Invoke(own);
        if (own.HasSeveralHosts())
        {
            own.Timeout = Math.Min(own.Timeout, ConnectSeconds);
            // Npgsql would try hosts that do not answer every few seconds, and requests would wait for them. Here it is told when to.
            own.HostRecheckSeconds = (int)TimeSpan.FromHours(1).TotalSeconds;
        }
        var builder = new NpgsqlDataSourceBuilder(own.ConnectionString);
        builder.UsePhysicalConnectionInitializer(Check, CheckAsync);
        var source = own.HasSeveralHosts() ? builder.BuildMultiHost() : builder.Build();
        lock (_lock) _sources.Add(source);
        return source is NpgsqlMultiHostDataSource several ? several.WithTargetSession(TargetSessionAttributes.Primary) : source;
    }

    /// <summary>Closes every connection: those that are idle now, and the others when they are given back.</summary>
    public void Clear()
    {
        foreach (var source in Sources()) source.Clear();
    }

    /// <summary>With several hosts: looks for a newer primary, and tells Npgsql to try all hosts again if it reaches none.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        settings.HasSeveralHosts() ? Task.WhenAll(Look(stoppingToken), Reach(stoppingToken)) : Task.CompletedTask;

    private async Task Look(CancellationToken ct)
    {
        var hosts = settings.Host!.Split(',').Select(Single).ToArray();
        using var timer = new PeriodicTimer(EveryLook, clock);
        do
        {
            var primaries = (await Task.WhenAll(hosts.Select(h => Ask(h, ct)))).OfType<PrimaryServer>();
            var newest = primaries.MaxBy(p => p.Timeline);
            _answers = newest is not null;
            if (newest is not null) Learn(newest, null);
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private async Task Reach(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(EveryTry, clock);
        while (await timer.WaitForNextTickAsync(ct))
            foreach (var source in Sources().OfType<NpgsqlMultiHostDataSource>())
                try
                {
                    await using var connection = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, ct);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    if (_answers) source.ClearDatabaseStates();
                    Unreachable(log, e.Message);
                }
    }

    private NpgsqlDataSource Single(string host) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString)
    {
        Host = host.Trim(),
        MinPoolSize = 0,
        MaxPoolSize = 1,
        Timeout = AnswerSeconds,
        CommandTimeout = AnswerSeconds,
        CancellationTimeout = -1, // A host that is silent does not answer to a cancellation either.
    });

    private static async Task<PrimaryServer?> Ask(NpgsqlDataSource host, CancellationToken ct)
    {
        try
        {
            await using var command = host.CreateCommand(PrimaryServer.Question);
            return PrimaryServer.Parse(await command.ExecuteScalarAsync(ct) as string);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return null; // It does not answer now; it is asked again in a second.
        }
    }

    private async Task CheckAsync(NpgsqlConnection connection)
    {
        await using var command = Question(connection);
        Admit(connection, PrimaryServer.Parse(await command.ExecuteScalarAsync() as string));
    }

    private void Check(NpgsqlConnection connection)
    {
        using var command = Question(connection);
        Admit(connection, PrimaryServer.Parse(command.ExecuteScalar() as string));
    }

    private static NpgsqlCommand Question(NpgsqlConnection connection) =>
        new(PrimaryServer.Question, connection) { CommandTimeout = connection.ConnectionTimeout };

    private void Admit(NpgsqlConnection connection, PrimaryServer? server)
    {
        var socket = SocketOf(ConnectorOf(connection));
        if (OperatingSystem.IsLinux() && socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            socket.SetRawSocketOption(Tcp, TcpUserTimeout, BitConverter.GetBytes((int)Unacknowledged.TotalMilliseconds));
        if (server is null) throw Refused(connection, "is a standby");
        if (!Learn(server, socket)) throw Refused(connection, "was the primary before another server was promoted");
    }

    // As if the connection had failed, so that the next host is tried and callers see that the store is unavailable.
    private static NpgsqlException Refused(NpgsqlConnection connection, string why)
    {
        var reason = $"The server {connection.Host}:{connection.Port} {why}.";
        return new NpgsqlException(reason, new IOException(reason));
    }

    /// <summary>
    /// False if a newer primary than <paramref name="server"/> is known. If it is itself the newer one, connections to the former one are
    /// closed.
    /// </summary>
    private bool Learn(PrimaryServer server, Socket? socket)
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
        foreach (var connection in former) HangUp(connection);
        return true;
    }

    /// <summary>Whoever waits for an answer on it meets the end of the stream, as if the server had closed it.</summary>
    private static void HangUp(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    private NpgsqlDataSource[] Sources()
    {
        lock (_lock) return [.. _sources];
    }

    // Npgsql has no setting for the time limit and no way to end a statement whose server is silent. Its version is pinned; one without
    // these members fails at the first connection.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    private static extern NpgsqlConnector ConnectorOf(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket SocketOf(NpgsqlConnector connector);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another server is the primary now (timeline {Timeline}); {Connections} connections "
        + "to the former one are closed.")]
    private static partial void PrimaryChanged(ILogger log, uint timeline, int connections);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No host of the database is a primary: {Reason}")]
    private static partial void Unreachable(ILogger log, string reason);
}

/// <summary>A server that takes writes: its cluster, and its timeline, which each promotion of a standby raises.</summary>
internal sealed record PrimaryServer(string Cluster, uint Timeline)
{
    /// <summary>Null from a standby.</summary>
    public const string Question = $"select case when not pg_is_in_recovery() then {StoreEpoch.ServerSql} end";

    /// <summary>The answer to the question.</summary>
    public static PrimaryServer? Parse(string? answer) =>
        answer?.Split(' ') is [var cluster, var timeline]
            ? new(cluster, uint.Parse(timeline, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : null;

    /// <summary>Whether it was the primary of the same cluster before.</summary>
    public bool WasReplacedBy(PrimaryServer other) => Cluster == other.Cluster && Timeline < other.Timeline;
}
