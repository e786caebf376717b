using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Gateway.Edge;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Platform.Contracts;
using Platform.Web;
using Yarp.ReverseProxy.Model;
using static Gateway.Cache.CacheKey;

namespace Gateway.Cache;

/// <summary>
/// Serves anonymous GETs of routes with <c>"Cache": "true"</c> from memory while they are current (see <see cref="Generations"/>), with
/// ETag and 304. Requests with a token are never cached. Callers cannot multiply the entries: no cached response depends on cookies or the
/// host, and a route lists in <c>"Query"</c> the parameters that its responses depend on. A successful write through this gateway
/// invalidates what it changed before its caller gets the response. Concurrent requests for one address are fetched once, so that its entry
/// only becomes newer. A caller with the header Surrogate-Capability builds pages from responses, and receives their surrogate keys.
/// </summary>
public sealed class ResponseCache : IDisposable
{
    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "platform.gateway.cache", "{request}", "Cacheable requests by result: hit, miss, joined.");

    private readonly Generations _generations;
    private readonly OtherGateways _others;
    private readonly TimeProvider _clock;
    private readonly MemoryCache _entries;
    private readonly ConcurrentDictionary<string, Task<CachedResponse?>> _fetching = new();
    private readonly TimeSpan _timeToLive;

    /// <summary>
    /// Settings: <c>Gateway:Cache:Megabytes</c> limits the memory (64); <c>Gateway:Cache:Seconds</c> is the maximum age of an entry, in
    /// case an event is missed (60).
    /// </summary>
    public ResponseCache(Generations generations, OtherGateways others, TimeProvider clock, IConfiguration configuration)
    {
        (_generations, _others, _clock) = (generations, others, clock);
        _timeToLive = TimeSpan.FromSeconds(configuration.GetValue("Gateway:Cache:Seconds", 60));
        _entries = new MemoryCache(new MemoryCacheOptions
        {
            SizeLimit = configuration.GetValue("Gateway:Cache:Megabytes", 64L) * 1024 * 1024,
            CompactionPercentage = 0.2,
        });
    }

    /// <summary>
    /// The middleware before all others, which serves cache hits. Only responses of cacheable routes are stored, so a hit needs no routing,
    /// and it runs on the socket thread. Everything else continues on the thread pool, so that it does not block the socket thread.
    /// Requests from scripts of other sites continue to the CORS middleware.
    /// </summary>
    public Task ServeHit(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (!IsRead(request) || !IsAnonymous(request) || !StringValues.IsNullOrEmpty(request.Headers.Origin) || WantsFresh(request)
            || FindCurrent(Address(request)) is not { } answer) return ContinueOnThreadPool(http, next);
        if (http.Features.Get<IHttpMetricsTagsFeature>() is { } metrics) metrics.MetricsDisabled = true; // counted below
        Protection.AddSecurityHeaders(http.Response);
        return Write(http, answer, "hit");
    }

    private static async Task ContinueOnThreadPool(HttpContext http, RequestDelegate next)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await next(http);
    }

    /// <summary>The middleware after routing: serves cacheable reads, and forwards everything else.</summary>
    public Task ServeOrForward(HttpContext http, RequestDelegate next)
    {
        if (!IsRead(http.Request)) return ForwardWrite(http, next);
        var route = http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata;
        if (route?.ContainsKey("Cache") != true || !IsAnonymous(http.Request)) return ForwardRead(http, next);
        if (route.TryGetValue("Query", out var known))
            http.Request.QueryString = new(KnownParameters(http.Request.QueryString.Value ?? "", known));
        return Serve(http, next, Address(http.Request));
    }

    private static Task ForwardRead(HttpContext http, RequestDelegate next)
    {
        // A service does not need to send a body for HEAD, and for HEAD must not do what only a GET may cause.
        if (http.IsHead() && http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is not null) http.Request.Method = HttpMethods.Head;
        if (BuildsPages(http.Request)) return next(http);
        http.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.Remove(SurrogateKeys.Header);
            headers.Remove(SurrogateKeys.Age);
            return Task.CompletedTask;
        }, http);
        return next(http);
    }

    private async Task ForwardWrite(HttpContext http, RequestDelegate next)
    {
        SurrogateKey[] keys = [];
        // The keys are invalidated before the first byte is sent, because a caller that reads after the response must not get an older
        // state. Form posts redirect, so 3xx counts as success.
        http.Response.OnStarting(() =>
        {
            if (http.Response.StatusCode is >= 200 and < 400) Invalidate(keys = Keys(http.Response));
            if (!BuildsPages(http.Request)) http.Response.Headers.Remove(SurrogateKeys.Header);
            return Task.CompletedTask;
        });
        try { await next(http); }
        finally
        {
            // An import continues to write while its response is sent.
            if (keys.Contains(SurrogateKey.Everything)) Invalidate(keys);
        }
    }

    private void Invalidate(SurrogateKey[] keys)
    {
        if (keys.Length == 0) return;
        _generations.Invalidate(keys);
        _others.Publish(keys);
    }

    private async Task Serve(HttpContext http, RequestDelegate next, string address)
    {
        if (WantsFresh(http.Request))
        {
            var fresh = await Fetch(http, next);
            Store(address, fresh.Cached);
            await WriteFetched(http, fresh);
            return;
        }
        for (var isFirst = true; ; isFirst = false)
        {
            if (FindCurrent(address) is { } answer)
            {
                await Write(http, answer, "hit");
                return;
            }
            var mine = new TaskCompletionSource<CachedResponse?>(TaskCreationOptions.RunContinuationsAsynchronously);
            var fetching = _fetching.GetOrAdd(address, mine.Task);
            if (fetching == mine.Task)
            {
                await FetchShared(mine, http, next, address);
                return;
            }
            // Another request is already fetching this address. Its response may be older than a change that this caller knows of, if that
            // request started before this caller arrived. The second fetch started after that.
            if (await fetching is not { } theirs)
            {
                await WriteFetched(http, await Fetch(http, next)); // The response is not cacheable, so each caller must fetch it.
                return;
            }
            if (!isFirst || _generations.IsCurrent(theirs.Stamp))
            {
                await Write(http, theirs, "joined");
                return;
            }
        }
    }

    private async Task FetchShared(TaskCompletionSource<CachedResponse?> waiting, HttpContext http, RequestDelegate next, string address)
    {
        (CachedResponse? Cached, byte[] Body) fetched = default;
        try
        {
            fetched = await Fetch(http, next);
            Store(address, fetched.Cached);
        }
        finally
        {
            // The entry is stored before the fetch is removed, so that a request that finds no fetch finds the entry. Waiting requests
            // continue before this caller has read the response.
            _fetching.TryRemove(new(address, waiting.Task));
            waiting.SetResult(fetched.Cached);
        }
        await WriteFetched(http, fetched);
    }

    private void Store(string address, CachedResponse? answer)
    {
        if (answer is null || (FindCurrent(address) is { } known && known.IsNewerThan(answer))) return;
        var size = answer.Size + address.Length * 2;
        _entries.Set(address, answer, new MemoryCacheEntryOptions { Size = size, AbsoluteExpirationRelativeToNow = _timeToLive });
    }

    /// <summary>
    /// Forwards the request to the service. A 200 with surrogate keys is cacheable. If a page was built from a response that another
    /// gateway had cached and that is older than a change known here, the page is requested again, built without cached responses.
    /// </summary>
    private async Task<(CachedResponse? Cached, byte[] Body)> Fetch(HttpContext http, RequestDelegate next, bool fresh = false)
    {
        Count("miss");
        var (tags, since) = (http.Request.Headers.IfNoneMatch, http.Request.Headers.IfModifiedSince);
        // The service must send the full response; the condition is checked here.
        http.Request.Headers.Remove(HeaderNames.IfNoneMatch);
        http.Request.Headers.Remove(HeaderNames.IfModifiedSince);
        http.Request.Headers.Remove(HeaderNames.Cookie);
        http.Request.Headers.Remove(HeaderNames.Pragma);
        http.Request.Headers.CacheControl = fresh ? "no-cache" : default;
        // The response is cached for all clients with the same negotiation outcome, so it must not depend on anything else in these
        // headers.
        http.Request.Headers.Accept = Negotiation.Kind(http.Request.Headers.Accept) is var kind && kind != Negotiation.Json ? kind : "*/*";
        http.Request.Headers.AcceptEncoding = Negotiation.Coding(http.Request.Headers.AcceptEncoding);
        var (fetchedAt, requestedAt) = (_generations.Now, _clock.GetTimestamp());
        var client = http.Response.Body;
        using var body = new MemoryStream();
        http.Response.Body = body;
        try { await next(http); }
        finally
        {
            http.Response.Body = client;
            (http.Request.Headers.IfNoneMatch, http.Request.Headers.IfModifiedSince) = (tags, since);
        }

        var (keys, bytes) = (Keys(http.Response), body.ToArray());
        if (!fresh && !http.Response.HasStarted && IsOlderThanAChange(http.Response, keys, requestedAt, fetchedAt))
        {
            http.Response.Clear();
            return await Fetch(http, next, fresh: true);
        }
        http.Response.Headers.Remove(SurrogateKeys.Header);
        http.Response.Headers.Remove(SurrogateKeys.Age);
        var isCacheable = http.Response.StatusCode == StatusCodes.Status200OK && keys.Length > 0;
        if (!isCacheable) return (null, bytes);
        return (new CachedResponse(http.Response, bytes, new CacheStamp(fetchedAt, keys), requestedAt, _clock.GetUtcNow()), bytes);
    }

    // A change during the fetch is detected by the generation of the response.
    private bool IsOlderThanAChange(HttpResponse response, SurrogateKey[] keys, long requestedAt, long generation) =>
        double.TryParse(response.Headers[SurrogateKeys.Age], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var age)
        && _generations.HaveChanged(keys, requestedAt - (long)(age / 1000 * _clock.TimestampFrequency), generation);

    /// <summary>Writes a response that was fetched for this caller; an uncacheable one is sent as it came.</summary>
    private async Task WriteFetched(HttpContext http, (CachedResponse? Cached, byte[] Body) fetched)
    {
        if (fetched.Cached is { } cached)
        {
            await cached.Write(http, hit: false, _clock);
            return;
        }
        var response = http.Response;
        var lastModified = response.GetTypedHeaders().LastModified;
        if (response.StatusCode == StatusCodes.Status200OK && EntityTag.IsHeld(http.Request, response.Headers.ETag, lastModified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentLength = null;
            return;
        }
        response.ContentLength = fetched.Body.Length;
        if (!http.IsHead()) await http.Response.Body.WriteAsync(fetched.Body, http.RequestAborted);
    }

    /// <summary>The cached response for an address, if it is current.</summary>
    private CachedResponse? FindCurrent(string address) =>
        _entries.TryGetValue(address, out CachedResponse? answer) && _generations.IsCurrent(answer!.Stamp) ? answer : null;

    private Task Write(HttpContext http, CachedResponse answer, string result)
    {
        Count(result);
        return answer.Write(http, hit: true, _clock);
    }

    private static void Count(string result) => Requests.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <inheritdoc />
    public void Dispose() => _entries.Dispose();
}
