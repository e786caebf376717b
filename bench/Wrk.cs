using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>The results of wrk: the number of responses, and their rate.</summary>
internal sealed partial record WrkResult(long Responses, double PerSecond)
{
    /// <summary>Reads the output of wrk. Throws if any response was not 2xx.</summary>
    public static WrkResult Parse(string output) =>
        output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal)
            ? throw new InvalidOperationException(output)
            : new WrkResult(
                long.Parse(Total().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
                double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Total();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}

/// <summary>Generates load with wrk on two threads.</summary>
internal static class Wrk
{
    /// <summary>Returns the number of responses per second. Throws if any response was not 2xx.</summary>
    public static async Task<double> Run(
        string url,
        int connections,
        int seconds,
        string? script = null,
        string? header = null) =>
        (await Measure(url, connections, seconds, script, header)).PerSecond;

    public static async Task<WrkResult> Measure(
        string url,
        int connections,
        int seconds,
        string? script = null,
        string? header = null)
    {
        string[] arguments =
        [
            "-t2",
            $"-c{connections}",
            $"-d{seconds}s",
            "--timeout",
            "10s",
            .. script is null ? [] : new[] { "-s", script },
            .. header is null ? [] : new[] { "-H", header },
            url,
        ];
        return WrkResult.Parse(await Command.Run("wrk", arguments));
    }
}
