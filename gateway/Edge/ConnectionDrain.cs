namespace Gateway.Edge;

/// <summary>
/// Asks clients to leave before the gateway stops. If a connection is closed while a client sends its next request, that request fails. So
/// for some seconds every response carries <c>Connection: close</c>, and the client opens its next connection at another gateway. Setting:
/// <c>Gateway:DrainSeconds</c> (3).
/// </summary>
public sealed class ConnectionDrain(TimeProvider clock, IConfiguration configuration) : IHostedLifecycleService
{
    private readonly TimeSpan _time = TimeSpan.FromSeconds(configuration.GetValue("Gateway:DrainSeconds", 3.0));
    private volatile bool _isDraining;

    /// <summary>The middleware that marks responses. HTTP/2 has its own message for this, which Kestrel sends when it stops.</summary>
    public Task MarkResponse(HttpContext http, RequestDelegate next)
    {
        if (_isDraining && HttpProtocol.IsHttp11(http.Request.Protocol)) http.Response.Headers.Connection = "close";
        return next(http);
    }

    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        return Task.Delay(_time, clock, cancellationToken);
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
