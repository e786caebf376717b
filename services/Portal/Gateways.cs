namespace Portal;

/// <summary>
/// The gateways of <c>Gateway:Address</c>, one or several separated by spaces. All requests of this process go to one of them for as long as it
/// answers, since a gateway shows at once what was written through it; then to the next.
/// </summary>
public sealed class Gateways
{
    private int _current;

    public Gateways(string addresses)
    {
        Addresses = [.. addresses.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(a => Uri.TryCreate(a, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new InvalidOperationException($"Gateway:Address: \"{a}\" is not an http or https address."))];
        if (Addresses.Count == 0) throw new InvalidOperationException("Gateway:Address names no gateway. Set one or several http addresses, separated by spaces.");
    }

    /// <summary>All of them, in the order in which they are tried.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>The position of the one that requests go to.</summary>
    public int Current => Volatile.Read(ref _current);

    /// <summary>That one did not answer: requests go to the next. Of many requests that notice it, the first moves on.</summary>
    public void Leave(int position) => Interlocked.CompareExchange(ref _current, (position + 1) % Addresses.Count, position);

    /// <summary>Sends a request to the next gateway if one does not answer: always if it was not sent, and otherwise if it may be repeated.</summary>
    internal sealed class Handler(Gateways gateways, TimeSpan patience, TimeProvider clock) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.PathAndQuery;
            var repeatable = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Headers.Contains("Idempotency-Key");
            for (var left = gateways.Addresses.Count - 1; ; left--)
            {
                var position = gateways.Current;
                request.RequestUri = new Uri(gateways.Addresses[position], path);
                // One that accepts connections and never answers must leave time to ask another.
                using var limit = left > 0 && repeatable ? new CancellationTokenSource(patience, clock) : null;
                using var both = limit is null ? null : CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                try
                {
                    return await base.SendAsync(request, both?.Token ?? cancellationToken);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested && (WasNotSent(e, limit) || (repeatable && e is HttpRequestException or OperationCanceledException)))
                {
                    gateways.Leave(position);
                    if (left == 0) throw;
                }
            }
        }

        // A connection that is not made in time is reported as a cancellation that nobody asked for.
        private static bool WasNotSent(Exception e, CancellationTokenSource? limit) =>
            e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            || (e is OperationCanceledException && limit?.IsCancellationRequested != true);
    }
}
