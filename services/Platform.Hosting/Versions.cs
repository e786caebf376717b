using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Platform.EventSourcing;

namespace Platform.Hosting;

/// <summary>ETag = stream version. <c>If-Match</c> says which version the caller has seen; <c>*</c> any; absent: nothing seen yet.</summary>
public readonly record struct IfMatch(Expected Expected)
{
    /// <summary>Reads the header of a request; a header that is no version is a 400.</summary>
    public static ValueTask<IfMatch> BindAsync(HttpContext http)
    {
        string? header = http.Request.Headers.IfMatch;
        if (string.IsNullOrEmpty(header)) return new(new IfMatch(Expected.Nothing));
        if (header == "*") return new(new IfMatch(Expected.Any));
        return EntityTagHeaderValue.TryParse(header, out var tag) && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new(new IfMatch(Expected.Exactly(version)))
            : throw new Malformed("If-Match", "must be * or one version in quotes, as the ETag you were given, such as \"3\"");
    }
}

/// <summary>Versions on the way out.</summary>
public static class Versions
{
    /// <summary>The answer to a write: the new version as ETag; 201 with a Location where the write created something.</summary>
    public static WrittenAnswer Written(this Decision decision, HttpContext http, string location)
    {
        http.Response.Headers.ETag = Tag(decision.Version);
        return new(decision is { Changed: true, Version: 1 } ? Results.Created(location, null) : Results.NoContent());
    }

    /// <summary>200 with an ETag, or 304 when the caller has this very version already.</summary>
    public static Results<Ok<T>, StatusCodeHttpResult> Versioned<T>(HttpContext http, string version, T body)
    {
        var tag = $"\"{version}\"";
        http.Response.Headers.ETag = tag;
        return IsHeld(http.Request.Headers.IfNoneMatch, tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(body);
    }

    /// <summary>Whether the caller has what bears this tag: <c>If-None-Match</c> names it, weak or not, or says <c>*</c>.</summary>
    public static bool IsHeld(StringValues ifNoneMatch, string tag)
    {
        foreach (var header in ifNoneMatch)
            foreach (var held in header!.Split(',', StringSplitOptions.TrimEntries))
                if (held == "*" || held == tag || (held.StartsWith("W/", StringComparison.Ordinal) && held.AsSpan(2).SequenceEqual(tag))) return true;
        return false;
    }

    /// <summary>
    /// Whether a conditional GET or HEAD is answered with 304 (RFC 9110, section 13.2.2): by <c>If-None-Match</c> if the request has it,
    /// else by <c>If-Modified-Since</c>.
    /// </summary>
    public static bool IsHeld(HttpRequest request, string? tag, DateTimeOffset? lastModified)
    {
        if (request.Headers.IfNoneMatch is { Count: > 0 } tags) return tag is not null && IsHeld(tags, tag);
        return lastModified is { } modified && request.Headers.IfModifiedSince is [{ } since]
            && HeaderUtilities.TryParseDate(since, out var seen) && modified <= seen;
    }

    /// <summary>A stream version as an entity tag.</summary>
    public static string Tag(long version) => $"\"{version}\"";
}

/// <summary>The answer to a write, which the description of the interface knows by its type.</summary>
public sealed class WrittenAnswer(IResult answer) : IResult, IEndpointMetadataProvider
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext) => answer.ExecuteAsync(httpContext);

    /// <inheritdoc />
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void)));
        if (builder.Metadata.OfType<IHttpMethodMetadata>().Any(m => m.HttpMethods.Contains(HttpMethods.Put))) builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(void)));
    }
}
