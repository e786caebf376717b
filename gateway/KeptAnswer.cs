using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Platform.Hosting;

namespace Gateway;

/// <summary>An answer as it is kept, with the headers it goes out with.</summary>
internal sealed class KeptAnswer
{
    private static readonly string[] Kept =
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
    private readonly long _askedAt;

    /// <summary>
    /// A 200 of a service, with its body, as it was fetched; <paramref name="askedAt"/>: the clock before the service was asked.
    /// </summary>
    public KeptAnswer(HttpResponse response, byte[] body, Fetched fetched, long askedAt, DateTimeOffset now)
    {
        (_body, Fetched, _askedAt, _storedAt) = (body, fetched, askedAt, now);
        _etag = response.Headers.ETag is [{ Length: > 0 } tag, ..]
            ? tag
            : $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"";
        _lastModified = response.GetTypedHeaders().LastModified;
        _headers =
        [
            .. response.Headers.Where(h => Kept.Contains(h.Key, StringComparer.OrdinalIgnoreCase)),
            .. NoCacheControl(response),
            new(HeaderNames.ETag, _etag),
        ];
    }

    /// <summary>What it is made of, and when.</summary>
    public Fetched Fetched { get; }

    /// <summary>Whether the service was asked for this after it was asked for the other.</summary>
    public bool IsNewerThan(KeptAnswer other) => _askedAt > other._askedAt;

    /// <summary>The memory it takes, more or less.</summary>
    public int Size => _body.Length + 512 + Fetched.Keys.Sum(k => k.Length * 2);

    /// <summary>Answers with it: 200, or 304 to whoever has it already.</summary>
    public async Task Write(HttpContext http, bool hit, TimeProvider clock)
    {
        var (request, response) = (http.Request, http.Response);
        foreach (var (name, value) in _headers) response.Headers[name] = value;
        response.Headers["Cache-Status"] = hit ? Hit : Stored;
        if (hit) response.Headers.Age = ((long)(clock.GetUtcNow() - _storedAt).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (CacheKey.MakesPages(request))
        {
            response.Name(Fetched.Keys);
            var age = Math.Ceiling(clock.GetElapsedTime(_askedAt).TotalMilliseconds);
            response.Headers[SurrogateKeys.Age] = age.ToString(CultureInfo.InvariantCulture);
        }
        if (Versions.IsHeld(request, _etag, _lastModified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentLength = _body.Length;
        if (http.IsHead()) return;
        // Once it is started, the writer hands out the memory that is sent: a body in one piece costs less than in pages.
        await response.StartAsync();
        _body.CopyTo(response.BodyWriter.GetSpan(_body.Length));
        response.BodyWriter.Advance(_body.Length);
        await response.BodyWriter.FlushAsync(); // not RequestAborted: a token source for each request
    }

    // Browsers may keep it, but ask again each time: a 304 from here is cheap, an old page is not.
    private static KeyValuePair<string, StringValues>[] NoCacheControl(HttpResponse response) =>
        response.Headers.ContainsKey(HeaderNames.CacheControl) ? [] : [new(HeaderNames.CacheControl, "no-cache")];
}
