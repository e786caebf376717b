using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Platform.Hosting;
using Yarp.ReverseProxy.Model;
using static Gateway.CacheKey;

namespace Gateway;

/// <summary>
/// Answers public GETs of routes that say <c>"Cache": "true"</c> from memory while they are current (see <see cref="Generations"/>), with
/// ETag and 304. Never for requests with a token. What else a caller can make up does not multiply what is kept: no answer depends on
/// cookies or on the host, and a route names in <c>"Query"</c> the parameters that its answers depend on. A successful write that passes
/// through raises what it changed before its caller hears of it. One address is fetched by one at a time, so that what is kept of it only
/// gets newer. Who asks with the header Surrogate-Capability makes pages of what it is given, and is told their names.
/// </summary>
public sealed class ResponseCache : IDisposable
{
    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "platform.gateway.cache", "{request}", "Cacheable requests by result: hit, miss, joined.");

    private readonly Generations _generations;
    private readonly OtherGateways _others;
    private readonly TimeProvider _clock;
    private readonly MemoryCache _answers;
    private readonly ConcurrentDictionary<string, Task<KeptAnswer?>> _fetching = new();
    private readonly TimeSpan _timeToLive;

    /// <summary><c>Gateway:Cache:Megabytes</c> bounds its memory; <c>Gateway:Cache:Seconds</c> is the net under the events.</summary>
    public ResponseCache(Generations generations, OtherGateways others, TimeProvider clock, IConfiguration configuration)
    {
        (_generations, _others, _clock) = (generations, others, clock);
        _timeToLive = TimeSpan.FromSeconds(configuration.GetValue("Gateway:Cache:Seconds", 60));
        _answers = new MemoryCache(new MemoryCacheOptions
        {
            SizeLimit = configuration.GetValue("Gateway:Cache:Megabytes", 64L) * 1024 * 1024,
            CompactionPercentage = 0.2,
        });
    }

    /// <summary>
    /// The middleware before all others: only what a cacheable route answered is ever kept, so what is kept needs no route. Nor does it
    /// need a change of threads: whatever takes longer goes to the pool, and does not keep the thread that hears from the sockets. Scripts
    /// of other sites are answered further on, where it is known which may call.
    /// </summary>
    public Task Remember(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (!IsRead(request) || !IsForAnybody(request) || !StringValues.IsNullOrEmpty(request.Headers.Origin) || WantsFresh(request)
            || Find(Address(request)) is not { } answer) return OnThePool(http, next);
        if (http.Features.Get<IHttpMetricsTagsFeature>() is { } metrics) metrics.MetricsDisabled = true; // counted below
        Protection.Harden(http.Response);
        return Write(http, answer, "hit");
    }

    private static async Task OnThePool(HttpContext http, RequestDelegate next)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await next(http);
    }

    /// <summary>The middleware after routing.</summary>
    public Task Invoke(HttpContext http, RequestDelegate next)
    {
        if (!IsRead(http.Request)) return PassWrite(http, next);
        var route = http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata;
        if (route?.ContainsKey("Cache") != true || !IsForAnybody(http.Request)) return PassRead(http, next);
        if (route.TryGetValue("Query", out var known)) http.Request.QueryString = new(Known(http.Request.QueryString.Value ?? "", known));
        return Serve(http, next, Address(http.Request));
    }

    private static Task PassRead(HttpContext http, RequestDelegate next)
    {
        // A service need not send a body that is not wanted, and must not do for HEAD what only a GET may cause.
        if (http.IsHead() && http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is not null) http.Request.Method = HttpMethods.Head;
        if (MakesPages(http.Request)) return next(http);
        http.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.Remove(SurrogateKeys.Header);
            headers.Remove(SurrogateKeys.Age);
            return Task.CompletedTask;
        }, http);
        return next(http);
    }

    private async Task PassWrite(HttpContext http, RequestDelegate next)
    {
        string[] keys = [];
        // Before the first byte leaves: a caller that reads again after the answer must not get an older one. A form of the site redirects.
        http.Response.OnStarting(() =>
        {
            if (http.Response.StatusCode is >= 200 and < 400) Raise(keys = Keys(http.Response));
            if (!MakesPages(http.Request)) http.Response.Headers.Remove(SurrogateKeys.Header);
            return Task.CompletedTask;
        });
        try { await next(http); }
        finally
        {
            // An import goes on while it is answered.
            if (keys.Contains(SurrogateKeys.Everything)) Raise(keys);
        }
    }

    private void Raise(string[] keys)
    {
        if (keys.Length == 0) return;
        _generations.Raise(keys);
        _others.Tell(keys);
    }

    private async Task Serve(HttpContext http, RequestDelegate next, string address)
    {
        if (WantsFresh(http.Request))
        {
            var fresh = await Fetch(http, next);
            Keep(address, fresh.Kept);
            await HandOn(http, fresh);
            return;
        }
        for (var before = true; ; before = false)
        {
            if (Find(address) is { } answer)
            {
                await Write(http, answer, "hit");
                return;
            }
            var mine = new TaskCompletionSource<KeptAnswer?>(TaskCreationOptions.RunContinuationsAsynchronously);
            var fetching = _fetching.GetOrAdd(address, mine.Task);
            if (fetching == mine.Task)
            {
                await FetchFor(mine, http, next, address);
                return;
            }
            // Somebody fetches it already. What they get may be older than a change this caller knows of, if they began before it came; the
            // next one began after that.
            if (await fetching is not { } theirs)
            {
                await HandOn(http, await Fetch(http, next)); // It is not kept, so nobody can have it from another.
                return;
            }
            if (!before || _generations.IsCurrent(theirs.Fetched))
            {
                await Write(http, theirs, "joined");
                return;
            }
        }
    }

    private async Task FetchFor(TaskCompletionSource<KeptAnswer?> waiting, HttpContext http, RequestDelegate next, string address)
    {
        (KeptAnswer? Kept, byte[] Body) fetched = default;
        try
        {
            fetched = await Fetch(http, next);
            Keep(address, fetched.Kept);
        }
        finally
        {
            // Kept first: who finds nobody fetching finds it there. And nobody waits for this caller to read.
            _fetching.TryRemove(new(address, waiting.Task));
            waiting.SetResult(fetched.Kept);
        }
        await HandOn(http, fetched);
    }

    private void Keep(string address, KeptAnswer? answer)
    {
        if (answer is null || (Find(address) is { } known && known.IsNewerThan(answer))) return;
        var size = answer.Size + address.Length * 2;
        _answers.Set(address, answer, new MemoryCacheEntryOptions { Size = size, AbsoluteExpirationRelativeToNow = _timeToLive });
    }

    /// <summary>
    /// Asks the service. What may be kept: a 200 that says what it is made of. A page that is made of an answer older than a change known
    /// here, which another gateway had kept, is asked for once more, made of nothing kept.
    /// </summary>
    private async Task<(KeptAnswer? Kept, byte[] Body)> Fetch(HttpContext http, RequestDelegate next, bool fresh = false)
    {
        Count("miss");
        var (tags, since) = (http.Request.Headers.IfNoneMatch, http.Request.Headers.IfModifiedSince);
        // The service must answer in full: the condition is checked here.
        http.Request.Headers.Remove(HeaderNames.IfNoneMatch);
        http.Request.Headers.Remove(HeaderNames.IfModifiedSince);
        http.Request.Headers.Remove(HeaderNames.Cookie);
        http.Request.Headers.Remove(HeaderNames.Pragma);
        http.Request.Headers.CacheControl = fresh ? "no-cache" : default;
        // The answer is kept for every client with the same outcome, so it may depend on nothing else that these headers say.
        http.Request.Headers.Accept = Negotiation.Kind(http.Request.Headers.Accept) is var kind && kind != Negotiation.Json ? kind : "*/*";
        http.Request.Headers.AcceptEncoding = Negotiation.Coding(http.Request.Headers.AcceptEncoding);
        var (fetchedAt, askedAt) = (_generations.Now, _clock.GetTimestamp());
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
        if (!fresh && !http.Response.HasStarted && IsOlderThanAChange(http.Response, keys, askedAt, fetchedAt))
        {
            http.Response.Clear();
            return await Fetch(http, next, fresh: true);
        }
        http.Response.Headers.Remove(SurrogateKeys.Header);
        http.Response.Headers.Remove(SurrogateKeys.Age);
        var isKept = http.Response.StatusCode == StatusCodes.Status200OK && keys.Length > 0;
        return (isKept ? new KeptAnswer(http.Response, bytes, new Fetched(fetchedAt, keys), askedAt, _clock.GetUtcNow()) : null, bytes);
    }

    // A change that comes while the service is asked makes the answer old by its generation.
    private bool IsOlderThanAChange(HttpResponse response, string[] keys, long askedAt, long moment) =>
        double.TryParse(response.Headers[SurrogateKeys.Age], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var age)
        && _generations.HaveChanged(keys, askedAt - (long)(age / 1000 * _clock.TimestampFrequency), moment);

    /// <summary>What is not kept goes out as it came.</summary>
    private async Task HandOn(HttpContext http, (KeptAnswer? Kept, byte[] Body) fetched)
    {
        if (fetched.Kept is { } kept)
        {
            await kept.Write(http, hit: false, _clock);
            return;
        }
        var response = http.Response;
        var lastModified = response.GetTypedHeaders().LastModified;
        if (response.StatusCode == StatusCodes.Status200OK && Versions.IsHeld(http.Request, response.Headers.ETag, lastModified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentLength = null;
            return;
        }
        response.ContentLength = fetched.Body.Length;
        if (!http.IsHead()) await http.Response.Body.WriteAsync(fetched.Body, http.RequestAborted);
    }

    /// <summary>What is kept under that address, if it is current.</summary>
    private KeptAnswer? Find(string address) =>
        _answers.TryGetValue(address, out KeptAnswer? answer) && _generations.IsCurrent(answer!.Fetched) ? answer : null;

    private Task Write(HttpContext http, KeptAnswer answer, string result)
    {
        Count(result);
        return answer.Write(http, hit: true, _clock);
    }

    private static void Count(string result) => Requests.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <inheritdoc />
    public void Dispose() => _answers.Dispose();
}
