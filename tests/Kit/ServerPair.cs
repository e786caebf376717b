using System.Diagnostics;
using Npgsql;
using Xunit;

namespace Kit;

/// <summary>
/// A PostgreSQL primary for one test, with a synchronous standby: every acknowledged commit is on both servers. They stop with
/// <see cref="DisposeAsync"/>, or with the test run.
/// </summary>
public sealed class ServerPair : IAsyncDisposable
{
    private static readonly string Bin = Required("POSTGRES_BIN"), User = Required("POSTGRES_USER");
    private readonly string _folder = Path.Combine(Required("TEST_DATA"), $"pair-{Some.Id().ToString("N")[^8..]}");
    private readonly int _primary = ServiceProcess.FreePort(), _standby = ServiceProcess.FreePort();

    /// <summary>
    /// A connection string with both hosts, in the order in which clients try them. It has a password because services derive keys from it.
    /// </summary>
    public string Connection => $"Host=127.0.0.1:{_primary},127.0.0.1:{_standby};Database=platform;Username=postgres;Password=none";

    /// <summary>Creates and starts both servers.</summary>
    public static async Task<ServerPair> Start()
    {
        var pair = new ServerPair();
        Directory.CreateDirectory(pair._folder);
        if (Environment.UserName != User) await Execute("chown", User, pair._folder);
        // The servers outlive the shell that starts them. The loop at its end stops them if the test process dies.
        await pair.Run($$"""
            cd "$1"
            initdb -D primary --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync
            printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = ''" fsync=off shared_buffers=32MB \
              port={{pair._primary}} >>primary/postgresql.conf
            pg_ctl -D primary -s -w -l primary.log start
            pg_basebackup -D standby -R -c fast --no-sync -h 127.0.0.1 -p {{pair._primary}} -U postgres
            echo port={{pair._standby}} >>standby/postgresql.conf
            pg_ctl -D standby -s -w -l standby.log start
            psql -qX -v ON_ERROR_STOP=1 -h 127.0.0.1 -p {{pair._primary}} -U postgres -c 'create database platform' \
              -c "alter system set synchronous_standby_names = '*'" -c 'select pg_reload_conf()'
            (while [ -d /proc/{{Environment.ProcessId}} ]; do sleep 1; done
             for server in primary standby; do pg_ctl -D $server -m immediate -s stop; done) &
            """);
        return pair;
    }

    /// <summary>Stops the primary as in a crash.</summary>
    public Task KillPrimary() => Run("""pg_ctl -D "$1/primary" -m immediate -s stop""");

    /// <summary>Freezes the primary: it keeps its connections and the kernel accepts new ones, but it no longer answers.</summary>
    public Task FreezePrimary() => Run("""pid=$(head -n 1 "$1/primary/postmaster.pid"); kill -STOP $(ps -o pid= --ppid $pid) $pid""");

    /// <summary>Promotes the standby to primary, regardless of the state of the former primary.</summary>
    public Task Promote() => Run("""pg_ctl -D "$1/standby" -s -w promote""");

    /// <summary>Runs an SQL query on the server that was started as standby, and returns the first value.</summary>
    public async Task<T?> QueryStandby<T>(string sql)
    {
        var standby = new NpgsqlConnectionStringBuilder(Connection) { Host = $"127.0.0.1:{_standby}", Pooling = false };
        await using var connection = new NpgsqlConnection(standby.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value ? value : default;
    }

    public async ValueTask DisposeAsync()
    {
        await Run("""
            for server in primary standby; do
              pid=$(head -n 1 "$1/$server/postmaster.pid" 2>/dev/null || true)
              [ -z "$pid" ] || kill -KILL $(ps -o pid= --ppid "$pid") "$pid" || true
            done
            """);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Runs a script as the user of PostgreSQL; $1 is the folder.</summary>
    private Task Run(string script)
    {
        string[] bash = ["bash", "-euc", $"exec </dev/null >>\"$1/log\" 2>&1; umask 077; PATH={Bin}:$PATH; {script}", "pair", _folder];
        return Environment.UserName == User ? Execute(bash) : Execute(["runuser", "-u", User, "--", .. bash]);
    }

    private static async Task Execute(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode == 0) return;
        var log = Path.Combine(command[^1], "log");
        Assert.Fail($"{string.Join(' ', command)}: exit code {process.ExitCode}; {(File.Exists(log) ? File.ReadAllText(log) : "")}");
    }

    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException(
            $"{variable} is not set. Run the tests with ./platform test, which starts the servers that they need.");
}
