using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Platform.Web;

/// <summary>Formats, parses and compares entity tags (RFC 9110, section 8.8.3).</summary>
public static class EntityTag
{
    /// <summary>A tag derived from the content of a response: the first bytes of its SHA-256.</summary>
    public static string Of(ReadOnlySpan<byte> content, int bytes = 8) => $"\"{Hash(content, bytes)}\"";

    /// <summary>The first bytes of the SHA-256 of a content, as a version for <see cref="Tag"/>.</summary>
    public static string Hash(ReadOnlySpan<byte> content, int bytes = 8) =>
        Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, bytes));

    /// <summary>
    /// A version as an entity tag: <c>"3"</c>, or <c>"3.1795975200"</c> with the epoch of the store after a restore. A restored store
    /// assigns lost version numbers again, so the epoch keeps the tags unique.
    /// </summary>
    public static string Tag(this HttpContext http, string version) =>
        http.Epoch() is > 0 and var epoch ? $"\"{version}.{epoch}\"" : $"\"{version}\"";

    /// <summary>The epoch of the store that this process serves.</summary>
    public static long Epoch(this HttpContext http) => http.RequestServices.GetRequiredService<IStoreEpoch>().Current;

    /// <summary>Parses a tag that consists of a version, and of the epoch of the store if it has one.</summary>
    public static bool TryParse(string header, out long version, out long? epoch)
    {
        (version, epoch) = (0, null);
        if (!EntityTagHeaderValue.TryParse(header, out var parsed)) return false;
        var tag = parsed.Tag.AsSpan().Trim('"');
        var dot = tag.IndexOf('.');
        if (!IsNumber(dot < 0 ? tag : tag[..dot], out version)) return false;
        if (dot < 0) return true;
        var hasEpoch = IsNumber(tag[(dot + 1)..], out var number);
        epoch = number;
        return hasEpoch;
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

    private static bool IsNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
