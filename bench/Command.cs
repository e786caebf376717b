using System.Diagnostics;
using System.Net;

namespace Bench;

/// <summary>Runs programs to their end, or in the background until they are stopped.</summary>
internal static class Command
{
    /// <summary>Runs a program and returns its output. If it fails, throws an exception with the output and the errors.</summary>
    public static async Task<string> Run(string program, IEnumerable<string> arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {await output}{await errors}");
    }

    /// <summary>
    /// Starts a server, and waits until the address <paramref name="probe"/> answers successfully, by default with HTTP/1.1.
    /// </summary>
    public static async Task<Process> StartServer(ProcessStartInfo start, Uri probe, Version? version = null)
    {
        using var http = Http(version ?? HttpVersion.Version11);
        return await StartServer(start, () => Answers(http, probe));
    }

    /// <summary>Starts a server, and waits until it is ready.</summary>
    public static async Task<Process> StartServer(ProcessStartInfo start, Func<Task<bool>> isReady)
    {
        var running = Process.Start(start)!;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < 60 && !running.HasExited; await Task.Delay(50))
            if (await isReady()) return running;
        await Stop(running);
        throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not become ready.");
    }

    /// <summary>A client that uses this version of HTTP and no other, also for HTTP/2 without TLS.</summary>
    public static HttpClient Http(Version version) =>
        new() { DefaultRequestVersion = version, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <summary>Kills a server and its child processes.</summary>
    public static async Task Stop(Process running)
    {
        running.Kill(entireProcessTree: true);
        await running.WaitForExitAsync();
        running.Dispose();
    }

    private static async Task<bool> Answers(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // The server does not listen yet.
        }
    }
}
