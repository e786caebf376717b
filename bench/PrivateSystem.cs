using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Bench;

/// <summary>A whole system of its own, under .data/bench and on ports of its own, started by ./platform and stopped at the end.</summary>
internal sealed class PrivateSystem : IAsyncDisposable
{
    private static readonly int Port = int.Parse(Environment.GetEnvironmentVariable("BENCH_PORT") ?? "28080", CultureInfo.InvariantCulture);
    private static readonly string Root = FindRoot();
    private static readonly string Data = Path.Combine(Root, ".data", "bench");

    private PrivateSystem(TimeSpan ready, string token)
    {
        (ReadyAfter, Http) = (
            ready, new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(Gateway) });
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public static string Gateway => $"http://127.0.0.1:{Port}";
    /// <summary>Where `scale gateway=2` puts one more.</summary>
    public static string SecondGateway => $"http://127.0.0.1:{Port + 1}";
    // Ports that the system leaves free.
    public static int NginxPort => Port + 20;
    public static int CopyPort => Port + 21;
    /// <summary>How long `./platform up` took, built and installed.</summary>
    public TimeSpan ReadyAfter { get; }
    /// <summary>A client of the gateway, signed in as editor.</summary>
    public HttpClient Http { get; }

    public static async Task<PrivateSystem> Start()
    {
        Console.WriteLine("starting a private system ...");
        await Platform("down");
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
        await Platform("up");
        await Platform("down");
        var watch = Stopwatch.StartNew();
        await Platform("up");
        var ready = watch.Elapsed;
        return new PrivateSystem(ready, (await Platform("token", "editor")).Trim());
    }

    /// <summary>The processes as ./platform status lists them.</summary>
    public static async Task<IReadOnlyList<Listed>> Processes() =>
        JsonSerializer.Deserialize<List<Listed>>(await Platform("status", "--json"), JsonSerializerOptions.Web)!;

    /// <summary>The address of a service's first replica, past the gateway.</summary>
    public static async Task<string> Direct(string service) =>
        $"http://127.0.0.1:{(await Processes()).Single(p => p.Name == $"{service}-1").Port}";

    /// <summary>Environment of a PostgreSQL client for this system's cluster.</summary>
    public static Dictionary<string, string> PostgresClient(string database) => new()
    {
        ["PGHOST"] = "127.0.0.1",
        ["PGPORT"] = $"{Port + 10}",
        ["PGUSER"] = "platform",
        ["PGDATABASE"] = database,
        ["PGPASSWORD"] = File.ReadLines(Path.Combine(Data, "secrets"))
            .Single(l => l.StartsWith("POSTGRES_PASSWORD=", StringComparison.Ordinal))
            .Split('=', 2)[1],
    };

    /// <summary>Memory of a process in bytes; pages that processes share (the runtime's files) count once, as PSS does.</summary>
    public static long Memory(int pid) => 1024 * long.Parse(
        File.ReadLines($"/proc/{pid}/smaps_rollup")
            .Single(l => l.StartsWith("Pss:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Platform("down");
    }

    /// <summary>A token for somebody of that role.</summary>
    public static async Task<string> Token(string role) => (await Platform("token", role)).Trim();

    /// <summary>Runs ./platform on this system.</summary>
    public static Task<string> Platform(params string[] arguments) => Command.Run(Path.Combine(Root, "platform"), arguments, new()
    {
        ["PLATFORM_DATA"] = Data,
        ["PLATFORM_PORT"] = $"{Port}",
        ["PLATFORM_NO_SEED"] = "1",
        ["PLATFORM_NO_BUILD"] = "1",
        ["Gateway__WritesPerMinute"] = "0",
        ["Gateway__Live__MostPerClient"] = "0",
        ["Visitors__PerHour"] = "0",
        ["Comments__PerThread"] = "0",
        ["Comments__Repeats"] = "0",
    });

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln"))) return folder.FullName;
        throw new InvalidOperationException("Run the benchmark inside its checkout: ./platform bench.");
    }
}

/// <summary>One process of the system; port and pid are absent where it is not running.</summary>
internal sealed record Listed(string Name, string State, int? Pid, int? Port);
