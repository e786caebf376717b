using Platform.Hosting;

namespace Portal;

/// <summary>
/// The gateways that the portal may ask: <c>Gateway:Address</c> holds one address or several, separated by spaces. It asks the first
/// until that one does not answer, then the next. The setting is read for each request, so that gateways may be added without a restart.
/// </summary>
public sealed class GatewayAddresses(IConfiguration configuration)
{
    private int _current;

    internal Uri[] All =>
        [.. configuration.Required("Gateway:Address").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => new Uri(a))];

    internal int Current => Volatile.Read(ref _current);

    /// <summary>The next one from now on, unless another request found that out already.</summary>
    internal void Leave(int current) => Interlocked.CompareExchange(ref _current, current + 1, current);
}

/// <summary>
/// Sends a request to the next gateway if one cannot be reached. A write is repeated only if it never arrived; a read also if the answer
/// broke off, or did not come within its share of the client's patience, as from a gateway that is frozen.
/// </summary>
internal sealed class AnyGateway(GatewayAddresses addresses, TimeSpan patience) : DelegatingHandler
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
            if (left > 1 && isRead) share.CancelAfter(patience / all.Length);
            try
            {
                var response = await base.SendAsync(request, share.Token);
                if (isRead) await response.Content.LoadIntoBufferAsync(share.Token);
                return response;
            }
            catch (Exception e) when (left > 1 && !cancellationToken.IsCancellationRequested && MayBeRepeated(e, isRead))
            {
                addresses.Leave(current);
            }
        }
    }

    private static bool MayBeRepeated(Exception e, bool isRead) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => true,
        OperationCanceledException { InnerException: TimeoutException } => true, // no connection was opened in time
        HttpRequestException or OperationCanceledException => isRead,
        _ => false,
    };
}
