using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Platform.Web;

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
        if (!EntityTag.TryParse(header, out var version, out var epoch))
            throw new Malformed("If-Match", "must be * or one version in quotes, copied from an ETag, such as \"3\"");
        return epoch is null || epoch == http.Epoch()
            ? new(new IfMatch(Expected.Exactly(version)))
            : throw new Stale(
                $"If-Match {header} is a version from before the store was restored. "
                + "Read the current version, then repeat the change.");
    }
}

/// <summary>Writes the outcomes of commands to responses.</summary>
public static class Outcomes
{
    /// <summary>The response to a write: the new version as ETag, and 201 with a Location if the write created something.</summary>
    public static WrittenAnswer Written<T>(this Decision<T> decision, HttpContext http, string location) where T : class
    {
        http.Response.Headers.ETag = http.Tag($"{decision.Version}");
        return new(decision is { Changed: true, Version: 1 } ? Results.Created(location, null) : Results.NoContent());
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
