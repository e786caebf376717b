using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Platform.Hosting;
using Yarp.ReverseProxy.Model;

namespace Gateway;

/// <summary>
/// Answers public GETs of routes that say <c>"Cache": "true"</c> from memory while they are current (see <see cref="Generations"/>), with ETag and 304.
/// Never for requests with credentials. A successful write that passes through raises what it changed before its caller hears of it.
/// One address is fetched by one at a time, so that what is kept of it only gets newer. Who asks with the header Surrogate-Capability makes pages of what it is given, and is told their names.
/// </summary>
public sealed class ResponseCache : IDisposable
{
    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("platform.gateway.cache", "{request}", "Cacheable requests by result: hit, miss, joined.");

    private readonly Generations _generations;
    private readonly TimeProvider _clock;
    private readonly MemoryCache _answers;
    private readonly ConcurrentDictionary<string, Task<KeptAnswer?>> _fetching = new();
    private readonly TimeSpan _timeToLive;

    /// <summary><c>Gateway:Cache:Megabytes</c> bounds its memory; <c>Gateway:Cache:Seconds</c> is the net under the events.</summary>
    public ResponseCache(Generations generations, TimeProvider clock, IConfiguration configuration)
    {
        (_generations, _clock) = (generations, clock);
        _timeToLive = TimeSpan.FromSeconds(configuration.GetValue("Gateway:Cache:Seconds", 60));
        _answers = new MemoryCache(new MemoryCacheOptions { SizeLimit = configuration.GetValue("Gateway:Cache:Megabytes", 64L) * 1024 * 1024, CompactionPercentage = 0.2 });
    }

    /// <summary>
    /// The middleware before all others: only what a cacheable route answered is ever kept, so what is kept needs no route. Nor does it need a change of threads: whatever takes longer goes to
    /// the pool, and does not keep the thread that hears from the sockets. Scripts of other sites are answered further on, where it is known which may call.
    /// </summary>
    public Task Remember(HttpContext http, RequestDelegate next)
    {
        if (!IsRead(http.Request) || !IsForAnybody(http.Request) || !StringValues.IsNullOrEmpty(http.Request.Headers.Origin) || Find(Address(http.Request)) is not { } answer) return OnThePool(http, next);
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
        var cacheable = http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata?.ContainsKey("Cache") == true && IsForAnybody(http.Request);
        return cacheable ? Serve(http, next, Address(http.Request)) : PassRead(http, next);
    }

    /// <summary>Whether it makes pages of what it is given.</summary>
    internal static bool MakesPages(HttpRequest request) => request.Headers.ContainsKey("Surrogate-Capability");

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static bool IsForAnybody(HttpRequest request) => StringValues.IsNullOrEmpty(request.Headers.Authorization) && StringValues.IsNullOrEmpty(request.Headers.Cookie);

    private static Task PassRead(HttpContext http, RequestDelegate next)
    {
        if (MakesPages(http.Request)) return next(http);
        http.Response.OnStarting(static state =>
        {
            ((HttpContext)state).Response.Headers.Remove(SurrogateKeys.Header);
            return Task.CompletedTask;
        }, http);
        return next(http);
    }

    private Task PassWrite(HttpContext http, RequestDelegate next)
    {
        // Before the first byte leaves: whoever hears of the write and reads again must not get an older answer.
        http.Response.OnStarting(() =>
        {
            if (http.Response.StatusCode is >= 200 and < 300) _generations.Raise(Keys(http.Response));
            http.Response.Headers.Remove(SurrogateKeys.Header);
            return Task.CompletedTask;
        });
        return next(http);
    }

    private async Task Serve(HttpContext http, RequestDelegate next, string address)
    {
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
            // Somebody fetches it already. What they get may be older than a change this caller knows of, if they began before it came; the next one began after that.
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
            if (fetched.Kept is { } kept)
                _answers.Set(address, kept, new MemoryCacheEntryOptions { Size = kept.Size + address.Length * 2, AbsoluteExpirationRelativeToNow = _timeToLive });
        }
        finally
        {
            // Kept first: who finds nobody fetching finds it there. And nobody waits for this caller to read.
            _fetching.TryRemove(new(address, waiting.Task));
            waiting.SetResult(fetched.Kept);
        }
        await HandOn(http, fetched);
    }

    /// <summary>Asks the service. What may be kept: a 200 that says what it is made of.</summary>
    private async Task<(KeptAnswer? Kept, byte[] Body)> Fetch(HttpContext http, RequestDelegate next)
    {
        Count("miss");
        var conditional = http.Request.Headers.IfNoneMatch;
        // The service must answer in full: the condition is ours to check, and an answer to HEAD could not be kept for GET.
        http.Request.Headers.Remove(HeaderNames.IfNoneMatch);
        http.Request.Headers.Remove(HeaderNames.IfModifiedSince);
        var method = http.Request.Method;
        http.Request.Method = HttpMethods.Get;
        var fetchedAt = _generations.Now;
        var client = http.Response.Body;
        using var body = new MemoryStream();
        http.Response.Body = body;
        try { await next(http); }
        finally
        {
            http.Response.Body = client;
            http.Request.Method = method;
            http.Request.Headers.IfNoneMatch = conditional;
        }

        var (keys, bytes) = (Keys(http.Response), body.ToArray());
        http.Response.Headers.Remove(SurrogateKeys.Header);
        return (http.Response.StatusCode == StatusCodes.Status200OK && keys.Length > 0 ? new KeptAnswer(http.Response, bytes, new Fetched(fetchedAt, keys), _clock.GetUtcNow()) : null, bytes);
    }

    /// <summary>What is not kept goes out as it came.</summary>
    private async Task HandOn(HttpContext http, (KeptAnswer? Kept, byte[] Body) fetched)
    {
        if (fetched.Kept is { } kept)
        {
            await kept.Write(http, hit: false, _clock);
            return;
        }
        http.Response.ContentLength = fetched.Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(fetched.Body, http.RequestAborted);
    }

    /// <summary>What is kept under that address, if it is current.</summary>
    private KeptAnswer? Find(string address) => _answers.TryGetValue(address, out KeptAnswer? answer) && _generations.IsCurrent(answer!.Fetched) ? answer : null;

    private Task Write(HttpContext http, KeptAnswer answer, string result)
    {
        Count(result);
        return answer.Write(http, hit: true, _clock);
    }

    private static void Count(string result) => Requests.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>What makes two requests the same: host, path, query, and the kinds and encodings of answer that are chosen between.</summary>
    private static string Address(HttpRequest request)
    {
        string accept = request.Headers.Accept.ToString(), encodings = request.Headers.AcceptEncoding.ToString();
        var kind = accept.StartsWith("text/markdown", StringComparison.Ordinal) ? "markdown" : accept.StartsWith("text/plain", StringComparison.Ordinal) ? "plain" : "";
        var encoding = encodings.Contains("br", StringComparison.Ordinal) ? "br" : encodings.Contains("gzip", StringComparison.Ordinal) ? "gzip" : "";
        return string.Concat(kind, encoding, " ", request.Host.Value, request.Path.Value, request.QueryString.Value);
    }

    private static string[] Keys(HttpResponse response) => response.Headers[SurrogateKeys.Header].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc />
    public void Dispose() => _answers.Dispose();
}
