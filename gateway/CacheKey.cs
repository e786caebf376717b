using Microsoft.Extensions.Primitives;
using Platform.Hosting;

namespace Gateway;

/// <summary>Which requests may be answered from memory, and which of them are the same (docs/decisions/0096).</summary>
internal static class CacheKey
{
    /// <summary>Whether it makes pages of what it is given.</summary>
    internal static bool MakesPages(HttpRequest request) => request.Headers.ContainsKey("Surrogate-Capability");

    /// <summary>Whether it makes pages and was asked for one that no kept answer may be part of.</summary>
    internal static bool WantsFresh(HttpRequest request) =>
        request.Headers.CacheControl is { Count: > 0 } wanted
        && wanted.ToString().Contains("no-cache", StringComparison.OrdinalIgnoreCase)
        && MakesPages(request);

    internal static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    internal static bool IsForAnybody(HttpRequest request) => StringValues.IsNullOrEmpty(request.Headers.Authorization);

    /// <summary>A query without the parameters that a route does not know, as it was written otherwise.</summary>
    internal static string Known(string query, string names)
    {
        if (query.Length == 0) return query;
        var known = names.Split(' ');
        bool IsKnown(string parameter) => known.Contains(Uri.UnescapeDataString(parameter.Split('=')[0]), StringComparer.OrdinalIgnoreCase);
        var kept = query[1..].Split('&').Where(IsKnown).ToArray();
        return kept.Length == 0 ? "" : $"?{string.Join('&', kept)}";
    }

    /// <summary>
    /// What makes two requests the same: path, query, and the kind and coding of the answer that were negotiated. No query holds a line
    /// break.
    /// </summary>
    internal static string Address(HttpRequest request)
    {
        string kind = Negotiation.Kind(request.Headers.Accept), coding = Negotiation.Coding(request.Headers.AcceptEncoding);
        return string.Concat([kind, coding, request.Path.Value, "\n", request.QueryString.Value]);
    }

    /// <summary>What an answer is made of, or what a write changed.</summary>
    internal static string[] Keys(HttpResponse response) =>
        response.Headers[SurrogateKeys.Header].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
