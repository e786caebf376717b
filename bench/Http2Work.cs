using System.Net;

namespace Bench;

/// <summary>
/// Compares cached pages of the gateway and of nginx over HTTP/2, without TLS so that its cost hides no difference. The gateway of the
/// platform accepts only HTTP/1.1 without TLS, so a second one is started that accepts only HTTP/2.
/// </summary>
internal static class Http2Work
{
    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var gateway = new Uri($"http://127.0.0.1:{PrivateSystem.CopyPort}");
        var start = await RunningProcess.Copy("gateway");
        start.Environment["ASPNETCORE_URLS"] = gateway.ToString();
        start.Environment["Kestrel__EndpointDefaults__Protocols"] = "Http2";
        start.Environment["Service__Replica"] = "gateway-copy";
        var running = await Command.StartServer(start, new Uri(gateway, "/health/ready"), HttpVersion.Version20);
        try
        {
            await using var nginx = await Nginx.Cache(new Uri(await PrivateSystem.Direct("articles")), HttpVersion.Version20);
            return
            [
                await Cached(gateway, "an article", $"/api/articles/{site.Articles[0]}", seconds),
                await Cached(gateway, "a list", "/api/articles", seconds),
            ];
        }
        finally
        {
            await Command.Stop(running);
        }
    }

    private static async Task<Figure> Cached(Uri gateway, string what, string path, int seconds)
    {
        var address = new Uri(gateway, path).ToString();
        await CachedPage.Prepare(gateway.GetLeftPart(UriPartial.Authority), path, HttpVersion.Version20);
        await H2Load.Run(address, seconds); // The second gateway still compiles code after its start.
        Progress.Report($"  {what} over HTTP/2, from the gateway and from nginx:");
        var (cached, baseline, ratio) = await Rounds.Alternate(
            seconds,
            turn => H2Load.Run(address, turn),
            turn => H2Load.Run(Nginx.Address + path, turn));
        return Figure.AtLeast(
            $"GET of {what} through the gateway, cached, HTTP/2",
            Rounds.PerSecond(cached),
            $"{Rounds.PerSecond(baseline)} with nginx `proxy_cache`",
            ratio,
            0.95);
    }
}
