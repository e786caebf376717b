using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>
/// Compares comments posted through the gateway with the bare way through YARP to one <c>INSERT</c> (docs/decisions/0133), and for
/// information with the insertion of single rows by pgbench.
/// </summary>
internal static partial class PostWork
{
    private const int Connections = 32;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        await using var bare = await BareWay.Start();
        await using var counts = new CommentCounts();
        using var script = Posting.Script(site);
        await Wrk.Run(BareWay.Address, Connections, seconds, script.Path); // The two processes still compile code after their start.
        Progress.Report("  posted through the gateway, the bare way, pgbench:");
        var turns = await Rounds.Turns(
            seconds,
            turn => Wrk.Run(PrivateSystem.Gateway, Connections, turn, script.Path),
            async turn =>
            {
                await counts.WaitUntilStable(site.Articles); // The consumers may still be working on the comments.
                return await Wrk.Run(BareWay.Address, Connections, turn, script.Path);
            },
            Insert);
        var (posted, bareWay, inserted) = (turns[0], turns[1], turns[2]);
        var rate = Rounds.PerSecond(Rounds.Median(posted));
        return
        [
            Figure.AtLeast(
                "comment posted through the gateway, 32 connections",
                rate,
                $"{Rounds.PerSecond(Rounds.Median(bareWay))} with one INSERT behind a bare YARP",
                Rounds.Ratio(posted, bareWay),
                0.4),
            Figure.Information(
                "comment posted through the gateway, beside pgbench",
                rate,
                $"{Rounds.PerSecond(Rounds.Median(inserted))} single-row INSERTs",
                Rounds.Ratio(posted, inserted)),
        ];
    }

    private static async Task<double> Insert(int seconds)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $"insert into single_row (body) values ('{Posting.Text}');");
        var output = await Command.Run(
            "pgbench", ["-n", "-c32", "-j2", $"-T{seconds}", "-f", script], PrivateSystem.PostgresClient(BareWay.Database));
        File.Delete(script);
        return double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Tps();
}
