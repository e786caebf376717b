using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// Answers whose ETag is made of what they say: what is joined at read time (counts, neighbours, related titles) changes them too, and a version of one stream
/// could not tell. If-None-Match and If-Modified-Since are answered with 304.
/// </summary>
public static class Answer
{
    public static IResult Tagged<T>(T body) => Tagged(JsonSerializer.SerializeToUtf8Bytes(body, Json.Http), "application/json; charset=utf-8");

    public static IResult Tagged(byte[] body, string type, DateTimeOffset? lastModified = null) =>
        Results.Bytes(body, type, lastModified: lastModified, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\""));
}
