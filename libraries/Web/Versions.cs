using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Platform.Web;

/// <summary>Writes versions to responses as ETags.</summary>
public static class Versions
{
    /// <summary>200 with an ETag, or 304 if the caller already has this version.</summary>
    public static Results<Ok<T>, StatusCodeHttpResult> Versioned<T>(HttpContext http, string version, T body)
    {
        var tag = http.Tag(version);
        http.Response.Headers.ETag = tag;
        return IsHeld(http.Request.Headers.IfNoneMatch, tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(body);
    }

    /// <summary>Whether <c>If-None-Match</c> contains this tag, weak or strong, or is <c>*</c>.</summary>
    public static bool IsHeld(StringValues ifNoneMatch, string tag)
    {
        foreach (var header in ifNoneMatch)
            foreach (var held in header!.Split(',', StringSplitOptions.TrimEntries))
                if (held == "*" || held == tag || (held.StartsWith("W/", StringComparison.Ordinal) && held.AsSpan(2).SequenceEqual(tag)))
                    return true;
        return false;
    }

    /// <summary>
    /// Whether a conditional GET or HEAD must be answered with 304 (RFC 9110, section 13.2.2): by <c>If-None-Match</c> if the request has
    /// it, otherwise by <c>If-Modified-Since</c>.
    /// </summary>
    public static bool IsHeld(HttpRequest request, string? tag, DateTimeOffset? lastModified)
    {
        if (request.Headers.IfNoneMatch is { Count: > 0 } tags) return tag is not null && IsHeld(tags, tag);
        return lastModified is { } modified && request.Headers.IfModifiedSince is [{ } since]
            && HeaderUtilities.TryParseDate(since, out var seen) && modified <= seen;
    }

    /// <summary>
    /// A version as an entity tag: <c>"3"</c>, or <c>"3.1795975200"</c> with the epoch of the store after a restore. A restored store
    /// assigns lost version numbers again, so the epoch keeps the tags unique.
    /// </summary>
    public static string Tag(this HttpContext http, string version) =>
        http.Epoch() is > 0 and var epoch ? $"\"{version}.{epoch}\"" : $"\"{version}\"";

    /// <summary>The epoch of the store that this process serves.</summary>
    public static long Epoch(this HttpContext http) => http.RequestServices.GetRequiredService<IStoreEpoch>().Current;

    /// <summary>Parses the content of an entity tag: a version, and the epoch of the store if it has one.</summary>
    public static bool TryParse(ReadOnlySpan<char> tag, out long version, out long? epoch)
    {
        var dot = tag.IndexOf('.');
        epoch = null;
        if (!long.TryParse(dot < 0 ? tag : tag[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out version)) return false;
        if (dot < 0) return true;
        var isNumber = long.TryParse(tag[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        epoch = number;
        return isNumber;
    }
}

/// <summary>The epoch of the store: a number that rises when a restore loses events.</summary>
public interface IStoreEpoch
{
    /// <summary>The number of the current epoch, at most about a second old.</summary>
    long Current { get; }
}
