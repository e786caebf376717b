using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway;

/// <summary>
/// A read that met a dying replica is tried once on another, before its caller hears of it. A write is never repeated by the gateway:
/// nobody knows here whether it was done.
/// </summary>
public static class OnceElsewhere
{
    public static async Task Invoke(HttpContext http, Func<Task> next)
    {
        await next();
        if (http.Response.HasStarted || http.RequestAborted.IsCancellationRequested || http.GetForwarderErrorFeature() is null) return;
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) return;
        var proxy = http.GetReverseProxyFeature();
        var others = proxy.AllDestinations.Where(d => d != proxy.ProxiedDestination && d.Health.Active != DestinationHealth.Unhealthy && d.Health.Passive != DestinationHealth.Unhealthy).ToArray();
        if (others.Length == 0) return;
        http.Response.Clear();
        http.Features.Set<IForwarderErrorFeature>(null);
        proxy.AvailableDestinations = others;
        await next();
    }
}
