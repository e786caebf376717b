using Platform.Web;


namespace Portal;

/// <summary>
/// The addresses of the gateways: <c>Gateway:Address</c> holds one or several, separated by spaces. The portal uses one of them until it
/// fails, and then the next. The setting is read for each request, so that gateways can be added without a restart.
/// </summary>
public sealed class GatewayAddresses(IConfiguration configuration)
{
    private int _current;

    internal Uri[] All =>
        [.. configuration.Required("Gateway:Address").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => new Uri(a))];

    internal int Current => Volatile.Read(ref _current);

    /// <summary>Switches to the next address, unless another request has already done so.</summary>
    internal void SwitchFrom(int current) => Interlocked.CompareExchange(ref _current, current + 1, current);
}

/// <summary>
/// Retries a request at the next gateway. A write is retried only if it certainly did not reach a gateway. A read is also retried if the
/// response was incomplete or took longer than its share of the timeout, because the gateway may be frozen.
/// </summary>
internal sealed class GatewayFailover(GatewayAddresses addresses, TimeSpan timeout) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var all = addresses.All;
        for (var left = all.Length; ; left--)
        {
            var current = addresses.Current;
            request.RequestUri = new Uri(all[(int)((uint)current % all.Length)], request.RequestUri!.PathAndQuery);
            var isRead = request.Method == HttpMethod.Get;
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (left > 1 && isRead) share.CancelAfter(timeout / all.Length);
            try
            {
                var response = await base.SendAsync(request, share.Token);
                if (isRead) await response.Content.LoadIntoBufferAsync(share.Token);
                return response;
            }
            catch (Exception e) when (left > 1 && !cancellationToken.IsCancellationRequested && CanRetry(e, isRead))
            {
                addresses.SwitchFrom(current);
            }
        }
    }

    private static bool CanRetry(Exception e, bool isRead) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => true,
        OperationCanceledException { InnerException: TimeoutException } => true, // the connection could not be opened in time
        HttpRequestException or OperationCanceledException => isRead,
        _ => false,
    };
}
