using System.Diagnostics;

namespace Bench;

/// <summary>Runs programs: to their end, or until they are stopped.</summary>
internal static class Command
{
    /// <summary>What it printed; an exception with its errors where it failed.</summary>
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

    /// <summary>Starts a server and waits until it answers there.</summary>
    public static async Task<Process> Serve(ProcessStartInfo start, Uri answers)
    {
        var running = Process.Start(start)!;
        using var http = new HttpClient();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < 60 && !running.HasExited; await Task.Delay(50))
            if (await Answers(http, answers)) return running;
        await Stop(running);
        throw new InvalidOperationException($"{start.FileName} does not answer at {answers}.");
    }

    /// <summary>Stops a server and what it started.</summary>
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
            return false; // It does not listen yet.
        }
    }
}
