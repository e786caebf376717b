using Gateway.Cache;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Edge;

/// <summary>
/// Hides replicas that fail from clients (docs/decisions/0105). A read is sent to one replica after another until one answers with another
/// status than 503; the first one that answered with 503, or too slowly, is asked once more. Any other request goes to another replica only
/// if it certainly did not arrive. A replica that cannot be reached, or does not answer in time, receives no more requests until its health
/// check succeeds.
/// </summary>
public sealed class RetryElsewhere(RequestDelegate next, IDestinationHealthUpdater health, IConfiguration configuration)
{
    /// <summary>How long the gateway tries to open a connection to a replica.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    // Longer than almost every read takes, so that few reads are sent twice. The last replica has until the ActivityTimeout of the cluster.
    private readonly TimeSpan _readTimeout = TimeSpan.FromSeconds(configuration.GetValue("Gateway:RetryReadAfterSeconds", 3.0));

    /// <summary>Forwards the request, and retries other replicas if necessary.</summary>
    public async Task Invoke(HttpContext http)
    {
        var (proxy, isRead) = (http.GetReverseProxyFeature(), IsRepeatable(http));
        List<DestinationState> tried = [], again = [];
        var (isLimited, isLast) = (proxy.AvailableDestinations.Count > 1, false);
        while (true)
        {
            var failure = isRead ? await Read(http, isLimited, isLast) : await Forward(http);
            if (failure is null || http.RequestAborted.IsCancellationRequested) return;
            if (proxy.ProxiedDestination is { } replica)
            {
                tried.Add(replica);
                if (failure is TimedOut or Unavailable) again.Add(replica);
                if (failure.Error == ForwarderError.RequestTimedOut || WasNotSent(failure))
                    health.SetActive(proxy.Route.Cluster!, [new(replica, DestinationHealth.Unhealthy)]);
            }
            var others = Others(proxy, tried);
            isLimited = others.Count > 1;
            // A slow replica is better than no replica. A replica that answered with 503 has replaced its broken connections by now.
            if (others.Count == 0 && !isLast && failure.Error != ForwarderError.RequestTimedOut)
                (others, isLast) = ([.. again.Take(1)], true);
            http.Response.Clear();
            if (others.Count == 0 || !(isRead || WasNotSent(failure)))
            {
                await Problem(http, failure).ExecuteAsync(http);
                return;
            }
            http.Features.Set<IForwarderErrorFeature>(null);
            proxy.AvailableDestinations = others;
        }
    }

    /// <summary>Removes the time limit once a replica starts its response; the rest of the response may take longer.</summary>
    public static void StopLimit(TransformBuilderContext builder) => builder.AddResponseTransform(response =>
    {
        response.HttpContext.Features.Get<Limit>()?.Source.CancelAfter(Timeout.InfiniteTimeSpan);
        return default;
    });

    private async Task<IForwarderErrorFeature?> Read(HttpContext http, bool isLimited, bool isLast)
    {
        var (client, body) = (http.RequestAborted, http.Response.Body);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(client);
        await using var held = new HeldBody(body);
        (http.RequestAborted, http.Response.Body) = (limit.Token, held);
        http.Features.Set(new Limit(limit));
        if (isLimited) limit.CancelAfter(_readTimeout);
        IForwarderErrorFeature? failure;
        try
        {
            failure = await Forward(http);
        }
        finally
        {
            (http.RequestAborted, http.Response.Body) = (client, body);
            http.Features.Set<Limit>(null);
        }

        if (failure is null)
        {
            // The database of the replica may be unavailable to it alone, for example because its connections broke.
            if (!isLast && http.Response is { StatusCode: 503, HasStarted: false } && !held.HasPassedOn) return new Unavailable();
            await held.PassOn(CancellationToken.None);
            return null;
        }
        if (!held.HasPassedOn) return limit.IsCancellationRequested ? new TimedOut() : failure;
        // Part of the body was already passed on, even if the response has not started because compression or the cache holds it back.
        http.Abort();
        return null;
    }

    /// <summary>The error of the replica; null if it answered, or if the client caused the error.</summary>
    private async Task<IForwarderErrorFeature?> Forward(HttpContext http)
    {
        await next(http);
        var failure = http.Response.HasStarted ? null : http.GetForwarderErrorFeature();
        return failure is null || IsClientError(failure.Error) ? null : failure;
    }

    /// <summary>
    /// The replicas that were not tried: the healthy ones, or all of them if none is healthy, because a replica may recover before its next
    /// health check.
    /// </summary>
    private static List<DestinationState> Others(IReverseProxyFeature proxy, List<DestinationState> tried)
    {
        var others = proxy.AllDestinations.Except(tried).ToList();
        var healthy = others.FindAll(d => d.Health.Active != DestinationHealth.Unhealthy);
        return healthy.Count > 0 ? healthy : others;
    }

    /// <summary>
    /// Whether a request may be repeated: not a console connection, which belongs to one replica, and not a request with a body, which can
    /// be read only once.
    /// </summary>
    private static bool IsRepeatable(HttpContext http) =>
        CacheKey.IsRead(http.Request)
        && !http.Request.Path.StartsWithSegments("/console/_blazor")
        && http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true;

    private static bool IsClientError(ForwarderError error) => error is ForwarderError.RequestBodyClient
        or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyClient;

    /// <summary>
    /// Whether no connection was opened, so that the replica has not received the request. An inner TimeoutException means that connecting
    /// took too long.
    /// </summary>
    private static bool WasNotSent(IForwarderErrorFeature failure) => failure.Exception switch
    {
        null => failure.Error == ForwarderError.NoAvailableDestinations,
        OperationCanceledException { InnerException: TimeoutException } => true,
        HttpRequestException e => e.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        _ => false,
    };

    private static ProblemHttpResult Problem(HttpContext http, IForwarderErrorFeature failure)
    {
        if (CacheKey.IsRead(http.Request) || WasNotSent(failure))
            return TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable,
                type: "urn:problem-type:service-unavailable",
                title: "The service does not answer",
                detail: "Nothing was changed. Retry after the number of seconds in Retry-After.");
        return TypedResults.Problem(
            statusCode: failure.Error == ForwarderError.RequestTimedOut
                ? StatusCodes.Status504GatewayTimeout
                : StatusCodes.Status503ServiceUnavailable,
            type: "urn:problem-type:outcome-unknown",
            title: "The service stopped answering before it confirmed the request",
            detail: "The request may or may not have taken effect. Repeat it with the same id, Idempotency-Key or If-Match: "
                + "it takes effect only once.");
    }

    private sealed record Limit(CancellationTokenSource Source);

    private sealed class Unavailable : IForwarderErrorFeature
    {
        public ForwarderError Error => ForwarderError.None;
        public Exception? Exception => null;
    }

    private sealed class TimedOut : IForwarderErrorFeature
    {
        public ForwarderError Error => ForwarderError.RequestTimedOut;
        public Exception? Exception => null;
    }

    /// <summary>Holds back the beginning of a body, so that an incomplete response can be replaced by that of another replica.</summary>
    private sealed class HeldBody(Stream client) : MemoryStream
    {
        private const int MaxHeldBytes = 256 * 1024;

        public bool HasPassedOn { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            if (HasPassedOn || Length > MaxHeldBytes) await PassOn(cancellationToken);
        }

        public async Task PassOn(CancellationToken ct)
        {
            if (Length == 0) return;
            HasPassedOn = true;
            await client.WriteAsync(GetBuffer().AsMemory(0, (int)Length), ct);
            SetLength(0);
        }
    }
}
