using System.Security.Cryptography;
using Kit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Platform.PublicInput;
using Xunit;

namespace Unit.Platform;

public class VisitorTokenTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void A_valid_visitor_token_identifies_the_visitor()
    {
        var visitor = Some.Id();
        Assert.Equal(visitor, VisitorTokens.Read($"{visitor:N}.{VisitorTokens.Sign(visitor, Key)}", Key));
    }

    [Theory]
    [InlineData("http", null, null, false)]
    [InlineData("http", "http", "http://news.example", false)]
    [InlineData("https", null, null, true)]
    [InlineData("http", "https", null, true)] // the gateway forwards the scheme of the visitor's connection
    [InlineData("http", null, "https://news.example", true)]
    public void The_visitor_cookie_is_secure_if_the_site_uses_https(string scheme, string? forwarded, string? site, bool secure)
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = scheme;
        if (forwarded is not null) request.Headers["X-Forwarded-Proto"] = forwarded;
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Site:PublicUrl", site)]).Build();
        Assert.Equal(secure, VisitorTokens.IsSecure(request, settings));
    }

    [Fact]
    public void A_forged_visitor_token_is_rejected()
    {
        var (visitor, other) = (Some.Id(), Some.Id());
        string?[] forged =
        [
            null, "", ".", $"{visitor:N}", $"{visitor:N}.", $"{visitor:N}.{VisitorTokens.Sign(other, Key)}",
            $"{visitor:N}.{VisitorTokens.Sign(visitor, new byte[32])}", $"{visitor}.{VisitorTokens.Sign(visitor, Key)}", "a.b.c",
        ];
        Assert.All(forged, token => Assert.Null(VisitorTokens.Read(token, Key)));
    }
}
