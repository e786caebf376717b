using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;

namespace Bench;

/// <summary>
/// A separate platform for the benchmark, with its data in .data/bench and its own ports. <c>./platform</c> starts it, and stops it at the
/// end.
/// </summary>
internal sealed class PrivateSystem : IAsyncDisposable
{
    private static readonly int Port = int.Parse(Environment.GetEnvironmentVariable("BENCH_PORT") ?? "28080", CultureInfo.InvariantCulture);
    /// <summary>The name under which the connections of the benchmark appear in PostgreSQL.</summary>
    public const string ApplicationName = "bench";
    /// <summary>A header with which the gateway does not use its cache.</summary>
    public const string BypassCache = "Cookie: bench=1";

    private PrivateSystem(double secondsUntilReady, string token)
    {
        (SecondsUntilReady, Http) = (
            secondsUntilReady, new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(Gateway) });
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The root folder of the repository.</summary>
    public static string Root { get; } = FindRoot();
    private static string Data => Path.Combine(Root, ".data", "bench");
    public static string Gateway => $"http://127.0.0.1:{Port}";
    /// <summary>The address of the second gateway after <c>scale gateway=2</c>.</summary>
    public static string SecondGateway => $"http://127.0.0.1:{Port + 1}";
    // Ports that the platform does not use.
    public static int NginxPort => Port + 20;
    public static int CopyPort => Port + 21;
    public static int BareProxyPort => Port + 22;
    public static int BareEndpointPort => Port + 23;
    /// <summary>How long <c>./platform up</c> took when everything was built and installed, the median of three rounds.</summary>
    public double SecondsUntilReady { get; }
    /// <summary>A client of the gateway, signed in as an editor.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts the platform. If <paramref name="measuresUp"/> is set, restarts it to measure how long that takes.</summary>
    public static async Task<PrivateSystem> Start(bool measuresUp)
    {
        Progress.Report("starting a private platform ...");
        await Platform("down");
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
        await Platform("up");
        var seconds = new List<double>();
        while (measuresUp && seconds.Count < Rounds.Few)
        {
            await Platform("down");
            var watch = Stopwatch.StartNew();
            await Platform("up");
            seconds.Add(watch.Elapsed.TotalSeconds);
            Progress.Report($"  ready after {Figure.Format(seconds[^1], "s")}");
        }
        return new PrivateSystem(measuresUp ? Rounds.Median(seconds) : double.NaN, await Token("editor"));
    }

    /// <summary>The processes that <c>./platform status</c> lists.</summary>
    public static async Task<IReadOnlyList<ProcessStatus>> Processes() =>
        JsonSerializer.Deserialize<List<ProcessStatus>>(await Platform("status", "--json"), JsonSerializerOptions.Web)!;

    /// <summary>The address of the first replica of a service, which bypasses the gateway.</summary>
    public static async Task<string> Direct(string service) =>
        $"http://127.0.0.1:{(await Processes()).Single(p => p.Name == $"{service}-1").Port}";

    /// <summary>The environment variables for PostgreSQL clients of this platform.</summary>
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

    /// <summary>
    /// The settings of a pool of connections to a database of this platform, with the limits that the services have.
    /// </summary>
    public static string ConnectionString(string database)
    {
        var client = PostgresClient(database);
        return new NpgsqlConnectionStringBuilder
        {
            Host = client["PGHOST"],
            Port = int.Parse(client["PGPORT"], CultureInfo.InvariantCulture),
            Username = client["PGUSER"],
            Password = client["PGPASSWORD"],
            Database = database,
            ApplicationName = ApplicationName,
            MaxAutoPrepare = 50,
            MaxPoolSize = 20,
            NoResetOnClose = true,
        }.ConnectionString;
    }

    /// <summary>
    /// The memory of a process in bytes, as PSS: pages that several processes share, such as the files of the runtime, count only once.
    /// </summary>
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

    /// <summary>A token with a role.</summary>
    public static async Task<string> Token(string role) => (await Platform("token", role)).Trim();

    /// <summary>Runs <c>./platform</c> for this platform.</summary>
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
        throw new InvalidOperationException(
            "No parent folder contains Platform.sln. Run the benchmark in its repository with ./platform bench.");
    }
}

/// <summary>A process of the platform. Port and pid are null if it is not running.</summary>
internal sealed record ProcessStatus(string Name, string State, int? Pid, int? Port);
