using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Kit;

/// <summary>A service as a process of its own, on a fixture's servers, that a test may kill without warning.</summary>
public sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _address;

    private ServiceProcess(Process process, string address) => (_process, _address) = (process, address);

    /// <summary>Starts it and waits until it is ready. <paramref name="folder"/> is the service's folder below services/.</summary>
    public static async Task<ServiceProcess> Start(string folder, string database, Uri bus, string replica)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var bin = Path.GetDirectoryName(Directory.GetFiles(Repository.Path("services", folder, "bin"), $"{folder}.dll", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc))!;
        var process = Process.Start(new ProcessStartInfo("dotnet", [$"{folder}.dll"])
        {
            WorkingDirectory = bin,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__Postgres"] = database,
                ["ConnectionStrings__RabbitMq"] = bus.ToString(),
                ["Auth__PublicKeyFile"] = Tokens.PublicKeyFile,
                ["Service__Replica"] = replica,
                ["ASPNETCORE_URLS"] = address,
                ["Bank__Poll"] = "false",
                ["Logging__LogLevel__Default"] = "Error",
            },
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var service = new ServiceProcess(process, address);
        using var client = service.Client();
        await Eventually.IsTrue(async () => (await client.GetStringAsync("/health/ready")).Contains("\"status\":\"Healthy\",\"replica\"", StringComparison.Ordinal), $"the process {replica} is ready", TimeSpan.FromSeconds(90));
        return service;
    }

    public HttpClient Client(params string[] roles)
    {
        var client = new HttpClient { BaseAddress = new Uri(_address) };
        if (roles.Length > 0) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.For(roles));
        return client;
    }

    /// <summary>SIGKILL: it has no chance to finish anything.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
