using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Platform.Web;

namespace Articles.Texts;

/// <summary>
/// Creates responses whose ETag is a hash of the body. The version of one stream is not enough, because responses also contain data that is
/// joined when they are read (counts, neighbours, titles of related articles). If-None-Match and If-Modified-Since are answered with 304.
/// </summary>
public static class Responses
{
    public static Tagged<T> WithETag<T>(T body) =>
        new(WithETag(JsonSerializer.SerializeToUtf8Bytes(body, Json.Http), "application/json; charset=utf-8"));

    public static IResult WithETag(byte[] body, string type, DateTimeOffset? lastModified = null) =>
        Results.Bytes(
            body,
            type,
            lastModified: lastModified,
            entityTag: new EntityTagHeaderValue(EntityTag.Of(body, bytes: 12)));
}

/// <summary>A response that declares the type of its body for the OpenAPI description.</summary>
public sealed class Tagged<T>(IResult answer) : IResult, IEndpointMetadataProvider
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext) => answer.ExecuteAsync(httpContext);

    /// <inheritdoc />
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
}
