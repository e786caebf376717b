using System.Diagnostics;
using System.Text.Json;

namespace Bench;

/// <summary>
/// WordPress from the packages of Debian, in a folder of its own: MariaDB, PHP with its opcode cache, and nginx, without any page cache or
/// plugin. Nothing else on the machine is changed.
/// </summary>
internal sealed class WordPress : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bench-wordpress-").FullName;
    private readonly Stack<Process> _running = new();
    private Nginx? _nginx;

    private WordPress()
    {
    }

    /// <summary>The ids of the posts.</summary>
    public IReadOnlyList<int> Posts { get; private set; } = [];

    private string DatabaseSocket => Path.Combine(_folder, "database.sock");

    /// <summary>Starts WordPress and fills it with posts.</summary>
    public static async Task<WordPress> Start(int posts)
    {
        var started = new WordPress();
        try
        {
            await started.StartDatabase();
            await started.Install(posts);
            await started.StartServer();
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    private async Task StartDatabase()
    {
        var (data, user) = (Path.Combine(_folder, "data"), Environment.UserName);
        await Command.Run(
            "mariadb-install-db",
            ["--no-defaults", $"--datadir={data}", $"--user={user}", "--auth-root-authentication-method=normal", "--skip-test-db"]);
        _running.Push(await Command.StartServer(
            new(
                "/usr/sbin/mariadbd",
                [
                    "--no-defaults", $"--datadir={data}", $"--user={user}", $"--socket={DatabaseSocket}", "--skip-networking",
                    $"--log-error={Path.Combine(_folder, "database.log")}",
                ]),
            IsDatabaseReady));
        await Command.Run("mariadb", [.. Client, "-e", "create database wordpress character set utf8mb4"]);
    }

    private string[] Client => ["--no-defaults", $"--socket={DatabaseSocket}", "-u", "root"];

    private async Task<bool> IsDatabaseReady()
    {
        try
        {
            await Command.Run("mariadb", [.. Client, "-e", "select 1"]);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // The server does not listen yet.
        }
    }

    private async Task Install(int posts)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "content"));
        foreach (var (name, text) in WordPressScripts.All(_folder, DatabaseSocket, posts))
            await File.WriteAllTextAsync(Path.Combine(_folder, name), text);
        await Command.Run("php", [Path.Combine(_folder, WordPressScripts.Install)]);
        // WordPress reports some errors as a page, with exit status 0. Then the last line is not a list of ids.
        var output = await Command.Run("php", [Path.Combine(_folder, WordPressScripts.Fill)]);
        Posts = output.Trim().Split('\n')[^1] is ['[', ..] ids
            ? JsonSerializer.Deserialize<int[]>(ids)!
            : throw new InvalidOperationException($"WordPress could not be filled: {output}");
    }

    private async Task StartServer()
    {
        var (socket, settings) = (Path.Combine(_folder, "php.sock"), Path.Combine(_folder, "php-fpm.conf"));
        await File.WriteAllTextAsync(settings, $"""
            [global]
            daemonize = no
            error_log = {_folder}/php.log
            [www]
            user = {Environment.UserName}
            listen = {socket}
            pm = static
            pm.max_children = {4 * Environment.ProcessorCount}
            """);
        string[] asRoot = Environment.UserName == "root" ? ["-R"] : [];
        var program = Directory.GetFiles("/usr/sbin", "php-fpm*").Order(StringComparer.Ordinal).Last();
        _running.Push(await Command.StartServer(
            new(program, [.. asRoot, "-F", "-y", settings]), () => Task.FromResult(File.Exists(socket))));
        _nginx = await Nginx.Php(socket, Path.Combine(_folder, WordPressScripts.Index));
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null) await _nginx.DisposeAsync();
        while (_running.TryPop(out var process)) await Command.Stop(process);
        Directory.Delete(_folder, recursive: true);
    }
}
