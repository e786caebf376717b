using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>Generates load with wrk on two threads.</summary>
internal static partial class Wrk
{
    /// <summary>Returns the number of requests per second. Throws if any response was not 2xx.</summary>
    public static async Task<double> Run(
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
        var output = await Command.Run("wrk", arguments);
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException(output);
        return double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}
