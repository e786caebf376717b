using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Platform.Web;

namespace Gateway.Cache;

/// <summary>A cached response with the headers that it is sent with.</summary>
internal sealed class CachedResponse
{
    private static readonly string[] CachedHeaders =
    [
        HeaderNames.ContentType,
        HeaderNames.ContentLanguage,
        HeaderNames.ContentEncoding,
        HeaderNames.LastModified,
        HeaderNames.Vary,
        HeaderNames.Link,
        HeaderNames.CacheControl,
        HeaderNames.ContentSecurityPolicy,
    ];
    private static readonly StringValues Stored = "gateway; fwd=miss; stored", Hit = "gateway; hit";

    private readonly byte[] _body;
    private readonly KeyValuePair<string, StringValues>[] _headers;
    private readonly string _etag;
    private readonly DateTimeOffset _storedAt;
    private readonly DateTimeOffset? _lastModified;
    private readonly long _requestedAt;

    /// <summary>
    /// Caches a 200 response of a service. <paramref name="requestedAt"/> is the timestamp before the service was called.
    /// </summary>
    public CachedResponse(
        HttpResponse response,
        byte[] body,
        CacheStamp fetched,
        long requestedAt,
        DateTimeOffset now)
    {
        (_body, Stamp, _requestedAt, _storedAt) = (body, fetched, requestedAt, now);
        _etag = response.Headers.ETag is [{ Length: > 0 } tag, ..]
            ? tag
            : EntityTag.Of(body);
        _lastModified = response.GetTypedHeaders().LastModified;
        _headers =
        [
            .. response.Headers.Where(h => CachedHeaders.Contains(h.Key, StringComparer.OrdinalIgnoreCase)),
            .. DefaultCacheControl(response),
            new(HeaderNames.ETag, _etag),
        ];
    }

    /// <summary>The keys that it was built from, and the generation at which it was fetched.</summary>
    public CacheStamp Stamp { get; }

    /// <summary>Whether the service was called for this response after it was called for the other.</summary>
    public bool IsNewerThan(CachedResponse other) => _requestedAt > other._requestedAt;

    /// <summary>The approximate memory size in bytes.</summary>
    public int Size => _body.Length + 512 + Stamp.Keys.Sum(k => k.Value.Length * 2);

    /// <summary>Writes the response: 200, or 304 if the client already has it.</summary>
    public async Task Write(HttpContext http, bool hit, TimeProvider clock)
    {
        var (request, response) = (http.Request, http.Response);
        foreach (var (name, value) in _headers) response.Headers[name] = value;
        response.Headers["Cache-Status"] = hit ? Hit : Stored;
        if (hit) response.Headers.Age = ((long)(clock.GetUtcNow() - _storedAt).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (CacheKey.BuildsPages(request))
        {
            response.TagWithKeys(Stamp.Keys);
            var age = Math.Ceiling(clock.GetElapsedTime(_requestedAt).TotalMilliseconds);
            response.Headers[SurrogateKeys.Age] = age.ToString(CultureInfo.InvariantCulture);
        }
        if (EntityTag.IsHeld(request, _etag, _lastModified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentLength = _body.Length;
        if (http.IsHead()) return;
        // After StartAsync, the writer returns the memory that is sent, so a body in one piece costs less than in pages.
        await response.StartAsync();
        _body.CopyTo(response.BodyWriter.GetSpan(_body.Length));
        response.BodyWriter.Advance(_body.Length);
        await response.BodyWriter.FlushAsync(); // RequestAborted is not used, because it would allocate a token source per request.
    }

    // Browsers may store the response but must revalidate it each time: a 304 from the gateway is cheap, and a stale page is not
    // acceptable.
    private static KeyValuePair<string, StringValues>[] DefaultCacheControl(HttpResponse response) =>
        response.Headers.ContainsKey(HeaderNames.CacheControl) ? [] : [new(HeaderNames.CacheControl, "no-cache")];
}
