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

/// <summary>One process as <c>./platform status --json</c> tells it.</summary>
public sealed record ProcessState(string Name, string State, int Pid, int Port, int OperatorPort, bool Ready);

/// <summary>
/// One whole system, private to this run, started and stopped by the script that people use: real processes, real servers, the seeds
/// loaded. Tests touch it only through the script, the gateway and the addresses the script names.
/// </summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    public static readonly string Root = FolderWith("platform");
    /// <summary>
    /// Whatever is waited for gets this long, so that an overloaded machine fails no test by its slowness alone.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    /// <summary>Services with a store, and so with a relay.</summary>
    public static readonly IReadOnlyList<string> Services = ["articles", "comments", "currency-rates", "feedback"];
    private static readonly SocketsHttpHandler Http = new() { UseProxy = false, AllowAutoRedirect = false };

    private readonly string _data;
    private readonly int _port;
    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();
    private readonly ConcurrentDictionary<string, ProcessState> _known = new();

    /// <summary>The one that all tests of an assembly share.</summary>
    public RunningPlatform() : this(Assembly.GetEntryAssembly()!.GetName().Name!.ToLowerInvariant()) { }

    private RunningPlatform(string name) : this(Path.Combine(Required("TEST_DATA"), name), FreePorts()) { }

    private RunningPlatform(string data, int port) => (_data, _port) = (data, port);

    /// <summary>Another one beside it, for tests whose traces others must not meet.</summary>
    public static RunningPlatform Named(string name) => new(name);

    /// <summary>One that runs already, with its PLATFORM_DATA and PLATFORM_PORT.</summary>
    public static RunningPlatform In(string data, int port) => new(data, port);

    /// <summary>The folder of everything that it stores.</summary>
    public string Data => _data;

    /// <summary>Where the gateway is.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>A reader: not signed in, at the gateway.</summary>
    public HttpClient Reader => field ??= At(_port);

    public async ValueTask InitializeAsync() => await Script("up");

    public async ValueTask DisposeAsync() => await Script("down");

    /// <summary>Somebody with that role, at the gateway or at another one.</summary>
    public async Task<HttpClient> SignedIn(string role, string gateway = "gateway") =>
        At(gateway == "gateway" ? _port : (await Known(gateway)).Port, await Token(role));

    /// <summary>A client of one process itself, past the gateway.</summary>
    public async Task<HttpClient> Directly(string process) => At((await Known(process)).Port);

    // Its ports stay the same when it is started anew.
    private async Task<ProcessState> Known(string process)
    {
        if (!_known.ContainsKey(process)) foreach (var running in await Status()) _known[running.Name] = running;
        return _known[process];
    }

    /// <summary>A link that signs in at the console once, at the address that tests use: a session belongs to one host.</summary>
    public async Task<string> SignInLink(params string[] roles) =>
        (await Script(["sign-in", .. roles])).Trim().Replace("//localhost:", "//127.0.0.1:", StringComparison.Ordinal);

    public Task<string> Token(string role) => _tokens.GetOrAdd(role, async r => (await Script("token", r)).Trim());

    public async Task<IReadOnlyList<ProcessState>> Status() =>
        JsonSerializer.Deserialize<ProcessState[]>(await Script("status", "--json"), JsonSerializerOptions.Web) ?? [];

    public async Task<ProcessState> Status(string process) => (await Status()).Single(p => p.Name == process);

    /// <summary>A client of one process's operator listener.</summary>
    public async Task<HttpClient> Operator(string process) => At((await Known(process)).OperatorPort);

    /// <summary>
    /// What one replica tells operators at <c>/health/ready</c>; that it may be sent requests (200) is part of the question.
    /// </summary>
    public async Task<JsonNode> Health(string process)
    {
        using var client = await Operator(process);
        return JsonNode.Parse(await client.GetStringAsync("/health/ready"))!;
    }

    /// <summary>How many events a service has stored so far.</summary>
    public async Task<long> Stored(
        string service) => (await Health($"{service}-1"))["checks"]!["relay"]!["data"]!["head"]!.GetValue<long>();

    /// <summary>SIGKILL: it has no chance to finish anything.</summary>
    public static void Kill(ProcessState process)
    {
        using var running = Process.GetProcessById(process.Pid);
        running.Kill();
    }

    /// <summary>Starts whatever is down, and waits until every process is ready and every check of every service is healthy.</summary>
    public async Task Heal()
    {
        if ((await Status()).Any(p => p is not { State: "RUNNING", Ready: true })) await Script("up");
        foreach (var service in Services)
            await Eventually.IsTrue(
                async () => (await Health($"{service}-1"))["status"]!.GetValue<string>() == "Healthy",
                $"{service} is healthy again",
                Patience);
    }

    /// <summary>Messages that no consumer could handle, by queue, as the broker's management counts them.</summary>
    public async Task<IReadOnlyDictionary<string, long>> DeadLetters()
    {
        var password = await Secret("RABBITMQ_PASSWORD");
        using var management = At(_port + 13);
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"platform:{password}")));
        var queues = JsonNode.Parse(await management.GetStringAsync("/api/queues"))!.AsArray();
        return queues.Where(
            q =>
                q!["name"]!.GetValue<string>() is var n
                && (n.EndsWith("_error", StringComparison.Ordinal) || n.EndsWith("_skipped", StringComparison.Ordinal)))
            .ToDictionary(q => q!["name"]!.GetValue<string>(), q => q!["messages"]?.GetValue<long>() ?? 0);
    }

    /// <summary>Runs <c>./platform</c>; what it wrote where it succeeds, and a failure that shows it where it does not.</summary>
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

    /// <summary>The broker, which is stopped, forgets its queues, its messages and its accounts.</summary>
    public void LoseBrokerData() => Directory.Delete(Path.Combine(_data, "rabbitmq", "data"), recursive: true);

    /// <summary>Where letters go when no mail server is set.</summary>
    public string MailFolder => Path.Combine(_data, "mail");

    /// <summary>The bus, as another service sees it.</summary>
    public async Task<Bus> Bus() =>
        await Kit.Bus.Start(new Uri($"amqp://platform:{await Secret("RABBITMQ_PASSWORD")}@127.0.0.1:{_port + 11}/"));

    /// <summary>What somebody does by hand in a service's database.</summary>
    public async Task Sql(string database, string sql)
    {
        await using var connection =
            new NpgsqlConnection(
                $"Host=127.0.0.1;Port={_port + 10};Database={database};Username=platform;Password={await Secret(
                    "POSTGRES_PASSWORD")};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string> Secret(string name) => (await Secrets())[name];

    /// <summary>Every password of this system, by its name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Secrets() =>
        (await File.ReadAllLinesAsync(Path.Combine(_data, "secrets"))).Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1]);

    /// <summary>The address of the broker for this account, and that of a database for this role.</summary>
    public (Uri Broker, string Database) Account(string user, string password, string database) =>
        (new($"amqp://{user}:{password}@127.0.0.1:{_port + 11}/"),
            $"Host=127.0.0.1;Port={_port + 10};Database={database};Username={user.Replace('-', '_')};Password={password};Pooling=false");

    /// <summary>The files behind <c>./platform logs</c>.</summary>
    public IEnumerable<string> LogFiles() => Directory.EnumerateFiles(Path.Combine(_data, "logs"), "*.log").Order();

    /// <summary>The last lines of every process's log, for whoever has to find out why a test failed.</summary>
    public string LogTails() => string.Join('\n', LogFiles().Select(file =>
        $"--- {Path.GetFileName(file)}\n{string.Join(
            '\n', File.ReadLines(file).TakeLast(10).Select(line => line.Length > 300 ? line[..300] + " ..." : line))}"));

    private static HttpClient At(int port, string? token = null)
    {
        var client = new HttpClient(Http, disposeHandler: false)
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromSeconds(60),
        };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>The first base whose ports, up to three replicas of each service included, nobody listens on.</summary>
    private static int FreePorts()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(e => e.Port).ToHashSet();
        return Enumerable.Range(0, 20).Select(n => 10080 + 1000 * n).First(port => !taken.Any(t => t >= port && t < port + 800));
    }

    private static string FolderWith(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, file)))
            folder = folder.Parent ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds {file}.");
        return folder.FullName;
    }

    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{variable} is not set: run the tests with ./platform test endtoend.");
}
