using System.Diagnostics;

namespace Bench;

/// <summary>
/// The baseline of posting: a YARP with one route, and behind it one endpoint that inserts one row of the same size. Both are processes of
/// this program with the runtime settings of the gateway and of the comments service.
/// </summary>
internal sealed class BareWay : IAsyncDisposable
{
    public const string Database = "bench";
    private readonly Process _endpoint, _proxy;

    private BareWay(Process endpoint, Process proxy) => (_endpoint, _proxy) = (endpoint, proxy);

    public static string Address => At(PrivateSystem.BareProxyPort);

    public static async Task<BareWay> Start()
    {
        await Command.Run("createdb", [Database], PrivateSystem.PostgresClient("postgres"));
        await Command.Run("psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-c", BarePrograms.Table], PrivateSystem.PostgresClient(Database));
        var endpoint = await Start(
            BarePrograms.Endpoint,
            PrivateSystem.BareEndpointPort,
            "comments-1",
            ("ConnectionStrings__Postgres", PrivateSystem.ConnectionString(Database)));
        try
        {
            return new(
                endpoint,
                await Start(
                    BarePrograms.Proxy, PrivateSystem.BareProxyPort, "gateway", ("Bare__Endpoint", At(PrivateSystem.BareEndpointPort))));
        }
        catch (InvalidOperationException)
        {
            await Command.Stop(endpoint);
            throw;
        }
    }

    /// <summary>Starts one of the two programs with the settings of the runtime that a process of the platform has.</summary>
    private static async Task<Process> Start(
        string program,
        int port,
        string like,
        (string Name, string Value) setting)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(BareWay).Assembly.Location, BarePrograms.Argument, program])
        {
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (name, value) in (await RunningProcess.Copy(like)).Environment)
            if (name.StartsWith("DOTNET_", StringComparison.Ordinal)) start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = At(port);
        start.Environment[setting.Name] = setting.Value;
        return await Command.StartServer(start, new Uri($"{At(port)}{BarePrograms.Probe}"));
    }

    private static string At(int port) => $"http://127.0.0.1:{port}";

    public async ValueTask DisposeAsync()
    {
        await Command.Stop(_proxy);
        await Command.Stop(_endpoint);
    }
}
