using Microsoft.Extensions.Primitives;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class NegotiationTests
{
    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("image/png", "application/json")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json")]
    [InlineData("text/markdown", "text/markdown")]
    [InlineData("Text/Markdown; charset=utf-8", "text/markdown")]
    [InlineData("text/markdown;q=0.1, application/json", "application/json")]
    [InlineData("application/json;q=0.1, text/markdown", "text/markdown")]
    [InlineData("application/json, text/markdown;q=0.5", "application/json")]
    [InlineData("text/html, text/markdown;q=0.9, text/plain;q=0.8", "text/markdown")]
    [InlineData("text/plain, text/markdown", "text/plain")]
    [InlineData("text/markdown, text/plain", "text/markdown")]
    [InlineData("*/*, text/markdown", "text/markdown")]
    [InlineData("text/*", "text/plain")]
    [InlineData("text/*, text/plain;q=0", "text/markdown")]
    [InlineData("text/markdown;q=0", "application/json")]
    [InlineData("text/markdown;q=0, */*;q=0.1", "application/json")]
    [InlineData("application/json;q=0, text/plain;q=0.001", "text/plain")]
    [InlineData("text/markdown;level=1;Q=0.5, application/*;q=0.4", "text/markdown")]
    [InlineData("text/markdown;q=x", "application/json")]
    [InlineData(" , ;q=1, text/plain", "text/plain")]
    public void The_media_type_is_negotiated_by_quality_values(string? accept, string kind) =>
        Assert.Equal(kind, Negotiation.Kind(accept));

    [Theory]
    [InlineData(null, "identity")]
    [InlineData("", "identity")]
    [InlineData("br", "br")]
    [InlineData("BR", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("br;q=0", "identity")]
    [InlineData("gzip;q=0", "identity")]
    [InlineData("gzip;q=0, br;q=0", "identity")]
    [InlineData("br;q=0.5, gzip;q=0.8", "gzip")]
    [InlineData("brotli, gzipped", "identity")]
    [InlineData("*", "br")]
    [InlineData("*;q=0", "identity")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity;q=0", "identity")]
    [InlineData("identity;q=0, *", "br")]
    [InlineData("identity, gzip;q=0.5", "identity")]
    [InlineData("identity;q=0.5, gzip;q=1.0", "gzip")]
    public void The_content_encoding_is_negotiated_by_quality_values(string? acceptEncoding, string coding) =>
        Assert.Equal(coding, Negotiation.Coding(acceptEncoding));

    [Fact]
    public void Several_Accept_headers_are_combined() =>
        Assert.Equal(Negotiation.Markdown, Negotiation.Kind(new StringValues(["application/json;q=0.5", "text/markdown"])));

    [Fact]
    public void Negotiation_does_not_allocate_memory()
    {
        StringValues accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", encodings = "gzip, deflate, br";
        _ = (Negotiation.Kind(accept), Negotiation.Coding(encodings));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _ = (Negotiation.Kind(accept), Negotiation.Coding(encodings));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
