using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>
/// Generates load with h2load over HTTP/2 without TLS: 32 requests at a time, as with wrk, in four streams of each of eight connections.
/// </summary>
internal static partial class H2Load
{
    private static readonly string[] Load = ["-t2", "-c8", "-m4"];

    /// <summary>Returns the number of responses per second. Throws if any response was not 2xx.</summary>
    public static async Task<double> Run(string url, int seconds) => Parse(await Command.Run("h2load", [.. Load, $"-D{seconds}", url]));

    /// <summary>
    /// Reads the output of h2load. Requests that are unfinished at the end count as failed there, so a few of those are accepted.
    /// </summary>
    public static double Parse(string output)
    {
        var (rate, requests, codes) = (Rate().Match(output), Requests().Match(output), Codes().Match(output));
        return rate.Success && requests.Success && codes.Success
            && Number(requests, "failed") <= Number(requests, "done") / 100
            && Number(codes, "other") + Number(codes, "client") + Number(codes, "server") == 0
            && Number(codes, "success") > 0
            ? double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException(output);
    }

    private static long Number(Match match, string name) => long.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"finished in [^,]+, (?<rate>[\d.]+) req/s")]
    private static partial Regex Rate();

    [GeneratedRegex(@"requests: .*, (?<done>\d+) done, .*, (?<failed>\d+) failed")]
    private static partial Regex Requests();

    [GeneratedRegex(@"status codes: (?<success>\d+) 2xx, (?<other>\d+) 3xx, (?<client>\d+) 4xx, (?<server>\d+) 5xx")]
    private static partial Regex Codes();
}
