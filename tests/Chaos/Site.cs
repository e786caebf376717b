using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kit;
using Npgsql;

namespace Chaos;

/// <summary>
/// The platform that is broken. Signals go to processes of this platform only: those that its supervisord started.
/// </summary>
internal sealed class Site(RunningPlatform platform)
{
    private static readonly TimeSpan Restart = TimeSpan.FromMinutes(3);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    public RunningPlatform Platform => platform;
    public string Data => platform.Data;

    /// <summary>When the first signal was sent, or statement executed, since this was null: it takes seconds to find the leader.</summary>
    public long? Began { get; set; }

    /// <summary>As <c>./platform</c> names it in the environment.</summary>
    public static Site OfEnvironment() =>
        new(RunningPlatform.In(Required("PLATFORM_DATA"), int.Parse(Required("PLATFORM_PORT"), CultureInfo.InvariantCulture)));

    /// <summary>The addresses of the gateways and of every replica.</summary>
    public async Task<LoadTarget> Target()
    {
        var processes = await Platform.Status();
        return new(
            [.. processes.Where(p => p.Name.StartsWith("gateway", StringComparison.Ordinal)).Select(Address)],
            RunningPlatform.Services.ToDictionary(s => s, s => (IReadOnlyList<Uri>)[.. Replicas(processes, s).Select(Address)]),
            await Platform.Token("editor,moderator,operator"));
    }

    public static IEnumerable<ProcessState> Replicas(IEnumerable<ProcessState> processes, string service) =>
        processes.Where(p => p.Name[..Math.Max(0, p.Name.LastIndexOf('-'))] == service);

    /// <summary>The replica that publishes the events of a service.</summary>
    public async Task<ProcessState> Leader(string service)
    {
        var replicas = Replicas(await Platform.Status(), service).ToArray();
        return await Eventually.Get(async () =>
        {
            foreach (var replica in replicas)
                if (await Leads(replica)) return replica;
            return null;
        }, $"a replica of {service} leads", Restart);
    }

    private async Task<bool> Leads(ProcessState replica)
    {
        try
        {
            return (await Platform.Health(replica.Name))["checks"]?["relay"]?["data"]?["leads"]?.GetValue<bool>() == true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task<ProcessState> Kill(string process)
    {
        var running = await Platform.Status(process);
        Signal(running, "KILL");
        return running;
    }

    public async Task KillLeader(string service) => Signal(await Leader(service), "KILL");

    /// <summary>Sends a signal, unless the process is not one of this platform any more.</summary>
    public void Signal(ProcessState process, string signal)
    {
        // PostgreSQL's user and that of the services are others: only root reads their environment, and root runs them as others only.
        var environment = File.ReadAllText($"/proc/{process.Pid}/environ").Split('\0');
        if (!environment.Contains($"SUPERVISOR_SERVER_URL=unix://{Data}/supervisor.sock"))
            throw new InvalidOperationException($"{process.Name} (pid {process.Pid}) is not a process of this platform.");
        Began ??= Stopwatch.GetTimestamp();
        SendSignal(process.Pid, signal);
    }

    public static void SendSignal(int pid, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)])!;
        kill.WaitForExit();
    }

    /// <summary>Waits until another process has taken the place of this one.</summary>
    public static Task IsBack(ProcessState former) => Eventually.IsTrue(
        async () => !Directory.Exists($"/proc/{former.Pid}") && await Answers(former), $"{former.Name} is ready again", Restart);

    public async Task IsReady(string process)
    {
        var started = await Platform.Status(process);
        await Eventually.IsTrue(() => Answers(started), $"{process} is ready", Restart);
    }

    /// <summary>Asks the process itself: <c>./platform status</c> takes processor time from what is measured.</summary>
    private static async Task<bool> Answers(ProcessState process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            if (process.OperatorPort > 0)
            {
                using var answer = await Http.GetAsync(new Uri(Address(process), "/health/ready"), limit.Token);
                return answer.IsSuccessStatusCode;
            }
            using var connection = new TcpClient();
            await connection.ConnectAsync(IPAddress.Loopback, process.Port, limit.Token);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A session of the administrators' role, which may do whatever the service's role may.</summary>
    public async Task<NpgsqlConnection> Session(string database)
    {
        var secrets = await Platform.Secrets();
        var connection = new NpgsqlConnection(Platform.Account("platform", secrets["POSTGRES_PASSWORD"], database).Database);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Begins a transaction with a statement, and rolls it back after a time.</summary>
    public async Task Hold(string database, string sql, TimeSpan time, CancellationToken ct)
    {
        await using var session = await Session(database);
        await using var transaction = await session.BeginTransactionAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(sql, session, transaction);
        Began ??= Stopwatch.GetTimestamp();
        await command.ExecuteNonQueryAsync(ct);
        await Task.Delay(time, ct);
        await transaction.RollbackAsync(CancellationToken.None);
    }

    /// <summary>Asks the broker, as its own user, from its own host.</summary>
    public async Task RabbitMqCtl(params string[] arguments)
    {
        string[] command =
        [
            "env", $"HOME={Data}/rabbitmq", $"RABBITMQ_CONF_ENV_FILE={Data}/rabbitmq/none", $"ERL_EPMD_PORT={Required("ERL_EPMD_PORT")}",
            "/usr/lib/rabbitmq/bin/rabbitmqctl", "-n", "platform@localhost", .. arguments,
        ];
        var user = Required("RABBITMQ_USER");
        if (user != Environment.UserName) command = ["runuser", "-u", user, "--", .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)}: {await output}{await errors}");
    }

    /// <summary>What is not ready or not healthy; empty if everything is.</summary>
    public async Task<IReadOnlyList<string>> Unhealthy()
    {
        var bad = new List<string>();
        foreach (var process in await Platform.Status())
            if (process is not { State: "RUNNING", Ready: true }) bad.Add($"{process.Name} is {process.State}, not ready");
            else if (process.OperatorPort > 0 && await Status(process.Name) is var status and not "Healthy")
                bad.Add($"{process.Name}: {status}");
        return bad;
    }

    private async Task<string> Status(string process)
    {
        try
        {
            var health = await Platform.Health(process);
            var status = health["status"]!.GetValue<string>();
            return status == "Healthy" ? status : health.ToJsonString();
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    private static Uri Address(ProcessState process) => new($"http://127.0.0.1:{process.Port}");

    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{variable} is not set: start this program with ./platform chaos.");
}
