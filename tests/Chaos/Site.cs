using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kit;
using Npgsql;

namespace Chaos;

/// <summary>
/// The platform into which faults are injected. Signals are sent only to processes that the supervisord of this platform started.
/// </summary>
internal sealed class Site(RunningPlatform platform)
{
    private static readonly TimeSpan Restart = TimeSpan.FromMinutes(3);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    public RunningPlatform Platform => platform;
    public string Data => platform.Data;

    /// <summary>
    /// When the first signal was sent or the first statement was executed, since this was set to null. The fault begins then, and not when
    /// it was requested, because finding the leader takes seconds.
    /// </summary>
    public long? Began { get; set; }

    /// <summary>The platform that <c>./platform</c> names in the environment variables.</summary>
    public static Site OfEnvironment() =>
        new(RunningPlatform.In(Required("PLATFORM_DATA"), int.Parse(Required("PLATFORM_PORT"), CultureInfo.InvariantCulture)));

    /// <summary>The addresses of the gateways and of all replicas, and a token for the load.</summary>
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

    /// <summary>The replica that leads the relay of a service, and so publishes its events.</summary>
    public async Task<ProcessState> Leader(string service)
    {
        var replicas = Replicas(await Platform.Status(), service).ToArray();
        return await Eventually.Get(async () =>
        {
            foreach (var replica in replicas)
                if (await LeadsRelay(replica)) return replica;
            return null;
        }, $"a replica of {service} leads", Restart);
    }

    private async Task<bool> LeadsRelay(ProcessState replica)
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

    /// <summary>Sends a signal to a process. Throws if the process id no longer belongs to a process of this platform.</summary>
    public void Signal(ProcessState process, string signal)
    {
        // If PostgreSQL and the services run as other users, root started the platform, and root may read the environment of any process.
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

    /// <summary>Waits until the supervisor has replaced this process and the new process is ready.</summary>
    public static Task IsBack(ProcessState former) => Eventually.IsTrue(
        async () => !Directory.Exists($"/proc/{former.Pid}") && await Answers(former), $"{former.Name} is ready again", Restart);

    public async Task IsReady(string process)
    {
        var started = await Platform.Status(process);
        await Eventually.IsTrue(() => Answers(started), $"{process} is ready", Restart);
    }

    /// <summary>Asks the process itself, because <c>./platform status</c> would use processor time and affect the measurement.</summary>
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

    /// <summary>A database session of the administrator role, which has all rights of the role of the service.</summary>
    public async Task<NpgsqlConnection> Session(string database)
    {
        var secrets = await Platform.Secrets();
        var connection = new NpgsqlConnection(Platform.Account("platform", secrets["POSTGRES_PASSWORD"], database).Database);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Executes a statement in a transaction, and rolls the transaction back after a time.</summary>
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

    /// <summary>Runs <c>rabbitmqctl</c> as the user of the broker.</summary>
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

    /// <summary>A description of each process that is not ready or not healthy.</summary>
    public async Task<IReadOnlyList<string>> Unhealthy()
    {
        var unhealthy = new List<string>();
        foreach (var process in await Platform.Status())
            if (process is not { State: "RUNNING", Ready: true }) unhealthy.Add($"{process.Name} is not ready, state {process.State}");
            else if (process.OperatorPort > 0 && await Status(process.Name) is var status and not "Healthy")
                unhealthy.Add($"{process.Name}: {status}");
        return unhealthy;
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
        : throw new InvalidOperationException($"{variable} is not set. Start this program with ./platform chaos.");
}
