using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// Answers whose ETag is made of what they say: what is joined at read time (counts, neighbours, related titles) changes them too, and a
/// version of one stream could not tell. If-None-Match and If-Modified-Since are answered with 304.
/// </summary>
public static class Answer
{
    public static Tagged<T> Tagged<T>(T body) =>
        new(Tagged(JsonSerializer.SerializeToUtf8Bytes(body, Json.Http), "application/json; charset=utf-8"));

    public static IResult Tagged(byte[] body, string type, DateTimeOffset? lastModified = null) =>
        Results.Bytes(
            body,
            type,
            lastModified: lastModified,
            entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\""));
}

/// <summary>An answer that says in the description of the interface what it holds.</summary>
public sealed class Tagged<T>(IResult answer) : IResult, IEndpointMetadataProvider
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext) => answer.ExecuteAsync(httpContext);

    /// <inheritdoc />
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
}
