using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Xunit;

namespace Kit;

/// <summary>A process as <c>./platform status --json</c> lists it.</summary>
public sealed record ProcessState(
    string Name,
    string State,
    int Pid,
    int Port,
    int OperatorPort,
    bool Ready);

/// <summary>
/// A complete platform, private to this run: real processes and servers with the seed data, started and stopped with
/// <c>./platform</c>. Tests use it only through this script, the gateway, and the addresses that the script prints.
/// </summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    public static readonly string Root = FolderWith("platform");
    /// <summary>
    /// The time limit for waiting. It is long, so that no test fails only because the machine is overloaded.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    /// <summary>The services that have an event store and a relay.</summary>
    public static readonly IReadOnlyList<string> Services = ["articles", "comments", "currency-rates", "feedback"];
    private static readonly SocketsHttpHandler Http = new() { UseProxy = false, AllowAutoRedirect = false };

    private readonly string _data;
    private readonly int _port;
    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();
    private readonly ConcurrentDictionary<string, ProcessState> _known = new();

    /// <summary>The platform that all tests of an assembly share.</summary>
    public RunningPlatform() : this(Assembly.GetEntryAssembly()!.GetName().Name!.ToLowerInvariant()) { }

    private RunningPlatform(string name) : this(Path.Combine(Required("TEST_DATA"), name), FreePorts()) { }

    private RunningPlatform(string data, int port) => (_data, _port) = (data, port);

    /// <summary>Another platform beside it, for tests whose changes would disturb the other tests.</summary>
    public static RunningPlatform Named(string name) => new(name);

    /// <summary>A platform that is already running with this PLATFORM_DATA and PLATFORM_PORT.</summary>
    public static RunningPlatform In(string data, int port) => new(data, port);

    /// <summary>The folder with all data of the platform.</summary>
    public string Data => _data;

    /// <summary>The address of the gateway.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>A client of the gateway that is not signed in.</summary>
    public HttpClient Reader => field ??= ClientAt(_port);

    public async ValueTask InitializeAsync() => await Script("up");

    public async ValueTask DisposeAsync() => await Script("down");

    /// <summary>A client of a gateway, signed in with a role.</summary>
    public async Task<HttpClient> SignedIn(string role, string gateway = "gateway") =>
        ClientAt(gateway == "gateway" ? _port : (await ProcessNamed(gateway)).Port, await Token(role));

    /// <summary>A client that is signed in as a certain person.</summary>
    public async Task<HttpClient> SignedInAs(string name, string role) =>
        ClientAt(_port, await _tokens.GetOrAdd($"{role} {name}", async _ => (await Script("token", role, name)).Trim()));

    /// <summary>A client of a process that bypasses the gateway.</summary>
    public async Task<HttpClient> Directly(string process) => ClientAt((await ProcessNamed(process)).Port);

    // The ports of a process stay the same when it restarts, so they can be cached.
    private async Task<ProcessState> ProcessNamed(string process)
    {
        if (!_known.ContainsKey(process)) foreach (var running in await Status()) _known[running.Name] = running;
        return _known[process];
    }

    /// <summary>A link that signs in at the console once. It has the host that tests use, because a session belongs to one host.</summary>
    public async Task<string> SignInLink(params string[] roleAndName) =>
        (await Script(["sign-in", .. roleAndName])).Trim().Replace("//localhost:", "//127.0.0.1:", StringComparison.Ordinal);

    public Task<string> Token(string role) => _tokens.GetOrAdd(role, async r => (await Script("token", r)).Trim());

    public async Task<IReadOnlyList<ProcessState>> Status() =>
        JsonSerializer.Deserialize<ProcessState[]>(await Script("status", "--json"), JsonSerializerOptions.Web) ?? [];

    public async Task<ProcessState> Status(string process) => (await Status()).Single(p => p.Name == process);

    /// <summary>A client of the operator port of a process.</summary>
    public async Task<HttpClient> Operator(string process) => ClientAt((await ProcessNamed(process)).OperatorPort);

    /// <summary>
    /// The detailed health of a replica, from <c>/health/ready</c> at its operator port. Throws if the replica is not ready (not 200).
    /// </summary>
    public async Task<JsonNode> Health(string process)
    {
        using var client = await Operator(process);
        return JsonNode.Parse(await client.GetStringAsync("/health/ready"))!;
    }

    /// <summary>The highest event number that a service has stored so far.</summary>
    public async Task<long> Stored(string service) =>
        (await Health($"{service}-1"))["checks"]!["relay"]!["data"]!["head"]!.GetValue<long>();

    /// <summary>Sends SIGKILL, so that the process cannot finish anything.</summary>
    public static void Kill(ProcessState process)
    {
        using var running = Process.GetProcessById(process.Pid);
        running.Kill();
    }

    /// <summary>Starts the processes that are down, and waits until all processes are ready and all health checks succeed.</summary>
    public async Task Heal()
    {
        if ((await Status()).Any(p => p is not { State: "RUNNING", Ready: true })) await Script("up");
        foreach (var service in Services)
            await Eventually.IsTrue(
                async () => (await Health($"{service}-1"))["status"]!.GetValue<string>() == "Healthy",
                $"{service} is healthy again",
                Patience);
    }

    /// <summary>The number of messages that no consumer could handle, by error queue, from the management API of RabbitMQ.</summary>
    public async Task<IReadOnlyDictionary<string, long>> DeadLetters()
    {
        var password = await Secret("RABBITMQ_PASSWORD");
        using var management = ClientAt(_port + 13);
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"platform:{password}")));
        var queues = JsonNode.Parse(await management.GetStringAsync("/api/queues"))!.AsArray();
        return queues.Where(
            q =>
                q!["name"]!.GetValue<string>() is var n
                && (n.EndsWith("_error", StringComparison.Ordinal) || n.EndsWith("_skipped", StringComparison.Ordinal)))
            .ToDictionary(q => q!["name"]!.GetValue<string>(), q => q!["messages"]?.GetValue<long>() ?? 0);
    }

    /// <summary>
    /// Runs <c>./platform</c> and returns its output. If it fails, throws an exception that contains the output and the errors.
    /// </summary>
    public async Task<string> Script(params string[] arguments)
    {
        using var script = Process.Start(new ProcessStartInfo(Path.Combine(Root, "platform"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PLATFORM_DATA"] = _data,
                ["PLATFORM_PORT"] = $"{_port}",
                ["PLATFORM_NO_BUILD"] = "1",
                ["PLATFORM_WAIT"] = "300",
                ["Gateway__WritesPerMinute"] = "0",
                ["Visitors__PerHour"] = "0",
                ["Comments__PerThread"] = "0",
                ["Comments__Repeats"] = "0",
            },
        })!;
        var output = script.StandardOutput.ReadToEndAsync();
        var errors = script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        return script.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"./platform {string.Join(' ', arguments)} ended with {script.ExitCode}:\n{await output}\n{await errors}");
    }

    /// <summary>Deletes all queues, messages and accounts of the broker, which must be stopped.</summary>
    public void LoseBrokerData() => Directory.Delete(Path.Combine(_data, "rabbitmq", "data"), recursive: true);

    /// <summary>The folder to which e-mails are written if no mail server is configured.</summary>
    public string MailFolder => Path.Combine(_data, "mail");

    /// <summary>A client of the bus that acts as another service.</summary>
    public async Task<Bus> Bus() =>
        await Kit.Bus.Start(new Uri($"amqp://platform:{await Secret("RABBITMQ_PASSWORD")}@127.0.0.1:{_port + 11}/"));

    /// <summary>Executes SQL in the database of a service, as an administrator could do by hand.</summary>
    public async Task Sql(string database, string sql)
    {
        var password = await Secret("POSTGRES_PASSWORD");
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={_port + 10};Database={database};Username=platform;Password={password};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string> Secret(string name) => (await Secrets())[name];

    /// <summary>All passwords of this platform, by name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Secrets() =>
        (await File.ReadAllLinesAsync(Path.Combine(_data, "secrets"))).Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1]);

    /// <summary>The address of the broker with this account, and the connection string of a database with this role.</summary>
    public (Uri Broker, string Database) Account(string user, string password, string database) =>
        (new($"amqp://{user}:{password}@127.0.0.1:{_port + 11}/"),
            $"Host=127.0.0.1;Port={_port + 10};Database={database};Username={user.Replace('-', '_')};Password={password};Pooling=false");

    /// <summary>The files that <c>./platform logs</c> shows.</summary>
    public IEnumerable<string> LogFiles() => Directory.EnumerateFiles(Path.Combine(_data, "logs"), "*.log").Order();

    /// <summary>The last lines of the log of every process, to find out why a test failed.</summary>
    public string LogTails() => string.Join('\n', LogFiles().Select(file =>
        $"--- {Path.GetFileName(file)}\n{string.Join(
            '\n', File.ReadLines(file).TakeLast(10).Select(line => line.Length > 300 ? line[..300] + " ..." : line))}"));

    private static HttpClient ClientAt(int port, string? token = null)
    {
        var client = new HttpClient(Http, disposeHandler: false)
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromSeconds(60),
        };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>The first base port whose range is free; the range includes up to three replicas of each service.</summary>
    private static int FreePorts()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(e => e.Port).ToHashSet();
        return Enumerable.Range(0, 20).Select(n => 10080 + 1000 * n).First(port => !taken.Any(t => t >= port && t < port + 800));
    }

    private static string FolderWith(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, file)))
            folder = folder.Parent ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} contains {file}.");
        return folder.FullName;
    }

    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{variable} is not set. Run the tests with ./platform test endtoend.");
}
