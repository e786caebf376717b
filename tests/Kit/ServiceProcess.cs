using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Xunit;

namespace Kit;

/// <summary>Runs a service as a separate process on the servers of a fixture, so that a test can kill it.</summary>
public sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process, string address, string operatorAddress) =>
        (_process, Address, OperatorAddress) = (process, address, operatorAddress);

    /// <summary>The address for clients.</summary>
    public string Address { get; }

    /// <summary>The address for operators, with health and metrics.</summary>
    public string OperatorAddress { get; }

    /// <summary>
    /// Starts the process and waits until it is ready. <paramref name="folder"/> is the folder of the service below services/, or
    /// "gateway".
    /// </summary>
    public static async Task<ServiceProcess> Start(
        string folder,
        string database,
        Uri bus,
        string replica,
        int? port = null,
        params (string Name, string Value)[] settings)
    {
        var address = $"http://127.0.0.1:{port ?? FreePort()}";
        var operatorAddress = $"http://127.0.0.1:{FreePort()}";
        var (project, dll) = folder switch
        {
            "gateway" => (Repository.Path(folder), "Gateway.dll"),
            "portal" => (Repository.Path(folder), "Portal.dll"),
            _ => (Repository.Path("services", folder), $"{folder}.dll"),
        };
        var start = new ProcessStartInfo("dotnet", [dll])
        {
            WorkingDirectory = Path.GetDirectoryName(
                Directory.GetFiles(Path.Combine(project, "bin"), dll, SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc))!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__Postgres"] = database,
                ["ConnectionStrings__RabbitMq"] = bus.ToString(),
                ["Auth__PublicKeyFile"] = Tokens.PublicKeyFile,
                ["Service__Replica"] = replica,
                ["ASPNETCORE_URLS"] = address,
                ["Operator__Url"] = operatorAddress,
                ["Bank__Poll"] = "false",
                ["Logging__LogLevel__Default"] = "Error",
            },
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var service = new ServiceProcess(process, address, operatorAddress);
        using var client = new HttpClient { BaseAddress = new Uri(operatorAddress) };
        await Eventually.IsTrue(
            async () =>
                (await client.GetStringAsync("/health/ready")).Contains("\"status\":\"Healthy\",\"replica\"", StringComparison.Ordinal),
            $"the process {replica} is ready",
            TimeSpan.FromSeconds(90));
        return service;
    }

    public HttpClient Client(params string[] roles)
    {
        var client = new HttpClient { BaseAddress = new Uri(Address) };
        if (roles.Length > 0) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.For(roles));
        return client;
    }

    /// <summary>Sends SIGKILL, so that the process cannot finish anything.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends SIGTERM, so that the process finishes and acknowledges the requests and messages in progress.</summary>
    public async Task Stop()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    /// <summary>A port on which no process listens.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
