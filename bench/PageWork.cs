using System.Text.RegularExpressions;

namespace Bench;

/// <summary>What readers see first: the front page in English as the gateway keeps it, and as nginx does that stands before the portal.</summary>
internal static partial class PageWork
{
    private const int Connections = 32;

    public static async Task<Figure> FrontPage(int seconds)
    {
        const string Path = "/en";
        await using var nginx = await Nginx.Before(new Uri(await PrivateSystem.Direct("portal")));
        var (kept, theirs) = (await GatewayWork.FromMemory(PrivateSystem.Gateway + Path, "Cache-Status", "gateway; hit"), await GatewayWork.FromMemory(Nginx.Address + Path, "X-Cache", "HIT"));
        if (Times().Replace(kept, "") != Times().Replace(theirs, "")) throw new InvalidOperationException("The gateway and nginx answer different front pages.");
        var (ours, nginxs) = await Rounds.InTurn(() => Wrk.Run(PrivateSystem.Gateway + Path, Connections, seconds), () => Wrk.Run(Nginx.Address + Path, Connections, seconds));
        return Figure.AtLeast($"GET of the front page ({kept.Length / 1024} kB) through the gateway, cached, {Connections} connections", Rounds.PerSecond(ours), $"{Rounds.PerSecond(nginxs)} by nginx, `proxy_cache`", ours / nginxs, 0.9);
    }

    /// <summary>The clocks of the capitals: each of the two asked at its own moment.</summary>
    [GeneratedRegex(@"<time class=""clock"".*?</time>", RegexOptions.Singleline)]
    private static partial Regex Times();
}
