using Microsoft.Extensions.Primitives;
using Platform.Contracts;
using Platform.Web;

namespace Gateway.Cache;

/// <summary>
/// Decides which requests may be served from the cache, and which requests share a cached response (docs/decisions/0096).
/// </summary>
internal static class CacheKey
{
    /// <summary>Whether the caller builds pages from responses, as the portal does.</summary>
    internal static bool BuildsPages(HttpRequest request) => request.Headers.ContainsKey("Surrogate-Capability");

    /// <summary>Whether the caller builds a page for which no cached response may be used.</summary>
    internal static bool WantsFresh(HttpRequest request) =>
        request.Headers.CacheControl is { Count: > 0 } cacheControl
        && cacheControl.ToString().Contains("no-cache", StringComparison.OrdinalIgnoreCase)
        && BuildsPages(request);

    internal static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    internal static bool IsAnonymous(HttpRequest request) => StringValues.IsNullOrEmpty(request.Headers.Authorization);

    /// <summary>Removes the parameters that a route does not know from a query, and leaves the rest unchanged.</summary>
    internal static string KnownParameters(string query, string names)
    {
        if (query.Length == 0) return query;
        var known = names.Split(' ');
        bool IsKnown(string parameter) => known.Contains(Uri.UnescapeDataString(parameter.Split('=')[0]), StringComparer.OrdinalIgnoreCase);
        var kept = query[1..].Split('&').Where(IsKnown).ToArray();
        return kept.Length == 0 ? "" : $"?{string.Join('&', kept)}";
    }

    /// <summary>
    /// The cache key of a request: the negotiated media type and content coding, path, and query. The last line break separates path and
    /// query, because no query contains one.
    /// </summary>
    internal static string Address(HttpRequest request)
    {
        string mediaType = Negotiation.Kind(request.Headers.Accept), coding = Negotiation.Coding(request.Headers.AcceptEncoding);
        return string.Concat([mediaType, coding, request.Path.Value, "\n", request.QueryString.Value]);
    }

    /// <summary>The surrogate keys that a response was built from, or that a write changed.</summary>
    internal static SurrogateKey[] Keys(HttpResponse response) => SurrogateKeys.Parse(response.Headers[SurrogateKeys.Header]);
}
