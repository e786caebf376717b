using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Platform.Hosting;
using Yarp.ReverseProxy.Model;

namespace Gateway;

/// <summary>
/// Answers public GETs of routes that say <c>"Cache": "true"</c> from memory while they are current (see <see cref="Generations"/>), with ETag and 304.
/// Never for requests with credentials. A successful write that passes through raises what it changed before its caller hears of it.
/// Concurrent misses of one address fetch once. Who asks with the header Surrogate-Capability makes pages of what it is given, and is told their names.
/// </summary>
public sealed class ResponseCache : IDisposable
{
    private static readonly string[] Kept = [HeaderNames.ContentType, HeaderNames.ContentLanguage, HeaderNames.ContentEncoding, HeaderNames.LastModified, HeaderNames.Vary, HeaderNames.Link, HeaderNames.CacheControl, HeaderNames.ContentSecurityPolicy];
    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("platform.gateway.cache", "{request}", "Cacheable requests by result: hit, miss, joined.");

    private readonly Generations _generations;
    private readonly TimeProvider _clock;
    private readonly MemoryCache _answers;
    private readonly ConcurrentDictionary<string, Task<Answer?>> _fetching = new();
    private readonly TimeSpan _timeToLive;

    /// <summary><c>Gateway:Cache:Megabytes</c> bounds its memory; <c>Gateway:Cache:Seconds</c> is the net under the events.</summary>
    public ResponseCache(Generations generations, TimeProvider clock, IConfiguration configuration)
    {
        (_generations, _clock) = (generations, clock);
        _timeToLive = TimeSpan.FromSeconds(configuration.GetValue("Gateway:Cache:Seconds", 60));
        _answers = new MemoryCache(new MemoryCacheOptions { SizeLimit = configuration.GetValue("Gateway:Cache:Megabytes", 64L) * 1024 * 1024, CompactionPercentage = 0.2 });
    }

    /// <summary>The middleware.</summary>
    public Task Invoke(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            return IsCacheable(http) ? Serve(http, next) : PassRead(http, next);
        return PassWrite(http, next);
    }

    private static bool IsCacheable(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata?.ContainsKey("Cache") == true
        && StringValues.IsNullOrEmpty(http.Request.Headers.Authorization)
        && StringValues.IsNullOrEmpty(http.Request.Headers.Cookie);

    private static bool MakesPages(HttpContext http) => http.Request.Headers.ContainsKey("Surrogate-Capability");

    private static Task PassRead(HttpContext http, RequestDelegate next)
    {
        if (MakesPages(http)) return next(http);
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

    private async Task Serve(HttpContext http, RequestDelegate next)
    {
        var address = Address(http.Request);
        if (_answers.TryGetValue(address, out Answer? answer) && _generations.IsCurrent(answer!.Fetched))
        {
            Requests.Add(1, new KeyValuePair<string, object?>("result", "hit"));
            await Write(http, answer!, "hit");
            return;
        }

        var mine = new TaskCompletionSource<Answer?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var fetching = _fetching.GetOrAdd(address, mine.Task);
        if (fetching != mine.Task)
        {
            // Somebody fetches it already. Theirs may be older than a change this caller knows of: then fetch again.
            if (await fetching is { } theirs && _generations.IsCurrent(theirs.Fetched))
            {
                Requests.Add(1, new KeyValuePair<string, object?>("result", "joined"));
                await Write(http, theirs, "hit");
            }
            else await Fetch(http, next, address);
            return;
        }
        Answer? fetched = null;
        try { fetched = await Fetch(http, next, address); }
        finally
        {
            _fetching.TryRemove(new(address, mine.Task));
            mine.SetResult(fetched);
        }
    }

    /// <summary>Asks the service; keeps a 200. Anything else is handed on as it came.</summary>
    private async Task<Answer?> Fetch(HttpContext http, RequestDelegate next, string address)
    {
        Requests.Add(1, new KeyValuePair<string, object?>("result", "miss"));
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

        var keys = Keys(http.Response);
        http.Response.Headers.Remove(SurrogateKeys.Header);
        if (http.Response.StatusCode != StatusCodes.Status200OK || keys.Length == 0)
        {
            http.Response.ContentLength = body.Length;
            if (!HttpMethods.IsHead(method)) await client.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), http.RequestAborted);
            return null;
        }
        var answer = Answer.Of(http.Response, body.ToArray(), new Fetched(fetchedAt, keys), _clock.GetUtcNow());
        _answers.Set(address, answer, new MemoryCacheEntryOptions { Size = answer.Size + address.Length * 2, AbsoluteExpirationRelativeToNow = _timeToLive });
        await Write(http, answer, "miss");
        return answer;
    }

    private async Task Write(HttpContext http, Answer answer, string result)
    {
        var response = http.Response;
        foreach (var (name, value) in answer.Headers) response.Headers[name] = value;
        response.Headers.ETag = answer.ETag;
        if (MakesPages(http)) response.Name(answer.Fetched.Keys);
        response.Headers["Cache-Status"] = result == "hit" ? "gateway; hit" : "gateway; fwd=miss; stored";
        if (result == "hit") response.Headers.Age = ((long)(_clock.GetUtcNow() - answer.StoredAt).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (Matches(http.Request.Headers.IfNoneMatch, answer.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    private static bool Matches(StringValues ifNoneMatch, string etag)
    {
        foreach (var header in ifNoneMatch)
            foreach (var tag in header!.Split(',', StringSplitOptions.TrimEntries))
                if (tag == "*" || tag == etag || (tag.StartsWith("W/", StringComparison.Ordinal) && tag.AsSpan(2).SequenceEqual(etag))) return true;
        return false;
    }

    /// <summary>What makes two requests the same: host, path, query, and the kinds and encodings of answer that are chosen between.</summary>
    private static string Address(HttpRequest request)
    {
        string accept = request.Headers.Accept.ToString(), encodings = request.Headers.AcceptEncoding.ToString();
        var kind = accept.StartsWith("text/markdown", StringComparison.Ordinal) ? "markdown" : accept.StartsWith("text/plain", StringComparison.Ordinal) ? "plain" : "";
        var encoding = encodings.Contains("br", StringComparison.Ordinal) ? "br" : encodings.Contains("gzip", StringComparison.Ordinal) ? "gzip" : "";
        return string.Concat(kind, encoding, " ", string.Concat(request.Host.Value, request.Path.Value, request.QueryString.Value));
    }

    private static string[] Keys(HttpResponse response) => response.Headers[SurrogateKeys.Header].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc />
    public void Dispose() => _answers.Dispose();

    private sealed class Answer
    {
        public required byte[] Body { get; init; }
        public required KeyValuePair<string, StringValues>[] Headers { get; init; }
        public required string ETag { get; init; }
        public required Fetched Fetched { get; init; }
        public required DateTimeOffset StoredAt { get; init; }
        public int Size => Body.Length + 512 + Fetched.Keys.Sum(k => k.Length * 2);

        public static Answer Of(HttpResponse response, byte[] body, Fetched fetched, DateTimeOffset now) => new()
        {
            Body = body,
            Headers = [.. response.Headers.Where(h => Kept.Contains(h.Key, StringComparer.OrdinalIgnoreCase)), .. NoCacheControl(response)],
            ETag = response.Headers.ETag is [{ Length: > 0 } tag, ..] ? tag : $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"",
            Fetched = fetched,
            StoredAt = now,
        };

        // Browsers may keep it, but ask again each time: a 304 from here is cheap, an old page is not.
        private static KeyValuePair<string, StringValues>[] NoCacheControl(HttpResponse response) =>
            response.Headers.ContainsKey(HeaderNames.CacheControl) ? [] : [new(HeaderNames.CacheControl, "no-cache")];
    }
}
