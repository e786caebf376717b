using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Platform.EventSourcing;

namespace Platform.Hosting;

/// <summary>
/// The header <c>If-Match</c>: the version that the caller has seen, <c>*</c> for any version, or absent if the caller expects that nothing
/// exists. A tag from an earlier epoch of the store refers to a version that may be lost, and is answered with 412. A version without an
/// epoch is accepted as it is.
/// </summary>
public readonly record struct IfMatch(Expected Expected)
{
    /// <summary>Reads the header of the request; a header that is not a version is a 400.</summary>
    /// <exception cref="Stale">The version is from an earlier epoch.</exception>
    public static ValueTask<IfMatch> BindAsync(HttpContext http)
    {
        string? header = http.Request.Headers.IfMatch;
        if (string.IsNullOrEmpty(header)) return new(new IfMatch(Expected.Nothing));
        if (header == "*") return new(new IfMatch(Expected.Any));
        if (!EntityTagHeaderValue.TryParse(header, out var tag)
            || !Versions.TryParse(tag.Tag.AsSpan().Trim('"'), out var version, out var epoch))
            throw new Malformed("If-Match", "must be * or one version in quotes, copied from an ETag, such as \"3\"");
        return epoch is null || epoch == http.Epoch()
            ? new(new IfMatch(Expected.Exactly(version)))
            : throw new Stale(
                $"If-Match {header} is a version from before the store was restored. "
                + "Read the current version, then repeat the change.");
    }
}

/// <summary>Writes versions to responses as ETags.</summary>
public static class Versions
{
    /// <summary>The response to a write: the new version as ETag, and 201 with a Location if the write created something.</summary>
    public static WrittenAnswer Written(this Decision decision, HttpContext http, string location)
    {
        http.Response.Headers.ETag = http.Tag($"{decision.Version}");
        return new(decision is { Changed: true, Version: 1 } ? Results.Created(location, null) : Results.NoContent());
    }

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

    internal static long Epoch(this HttpContext http) => http.RequestServices.GetRequiredService<StoreEpoch>().Current;

    internal static bool TryParse(ReadOnlySpan<char> tag, out long version, out long? epoch)
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

/// <summary>The response to a write, with metadata from which OpenAPI describes it.</summary>
public sealed class WrittenAnswer(IResult answer) : IResult, IEndpointMetadataProvider
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext) => answer.ExecuteAsync(httpContext);

    /// <inheritdoc />
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void)));
        if (builder.Metadata.OfType<IHttpMethodMetadata>().Any(m => m.HttpMethods.Contains(HttpMethods.Put)))
            builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(void)));
    }
}
