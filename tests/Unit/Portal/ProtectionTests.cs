using Microsoft.AspNetCore.Http;
using Platform.Contracts;
using Portal;
using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>The content policy, forms of other sites, idempotency keys, and the caching of pages.</summary>
public class ProtectionTests
{
    [Theory]
    [InlineData("/en"), InlineData("/"), InlineData("/console"), InlineData("/console/replays")]
    public void Inline_scripts_are_forbidden(string path)
    {
        var policy = ContentSecurity.Of(path).Split("; ");

        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains(ContentSecurity.IsConsole(path) ? "base-uri 'self'" : "base-uri 'none'", policy);
    }

    [Fact]
    public void Inline_styles_are_forbidden_on_reader_pages()
    {
        Assert.Contains("style-src 'self';", ContentSecurity.Of("/ru/rates"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", ContentSecurity.Of("/consoles"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_loaded_from_configured_sites_only()
    {
        Assert.Contains("img-src 'self' data:;", ContentSecurity.Of("/en"), StringComparison.Ordinal);
        Assert.Contains(
            "img-src 'self' data: https://pictures.example;",
            ContentSecurity.Of("/en", "https://pictures.example"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("none", null, true)]
    [InlineData("cross-site", null, false)]
    [InlineData("same-site", "http://portal.example", false)]
    [InlineData(null, "http://portal.example", true)]
    [InlineData(null, "http://other.example", false)]
    [InlineData(null, "null", false)]
    [InlineData(null, null, true)]
    public void A_form_is_accepted_from_this_site_and_from_clients_that_are_not_browsers(string? fetchSite, string? origin, bool accepted)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString("127.0.0.1", 8180);
        request.Headers["X-Forwarded-Host"] = "portal.example";
        request.Headers["Sec-Fetch-Site"] = fetchSite;
        request.Headers.Origin = origin;

        Assert.Equal(accepted, SameSite.Allows(request));
    }

    [Fact]
    public void Equal_content_has_the_same_key_and_different_content_has_another()
    {
        Assert.Equal(ContentKey.Of("a", null, "b"), ContentKey.Of("a", null, "b"));
        Assert.NotEqual(ContentKey.Of("a", "b"), ContentKey.Of("ab"));
        Assert.NotEqual(ContentKey.Of("a", "b"), ContentKey.Of("b", "a"));
        Assert.Equal(8, ContentKey.Of("a").Version);
    }

    [Fact]
    public void A_complete_page_carries_the_surrogate_keys_of_its_content()
    {
        var (page, response) = (new PageDependencies(), new DefaultHttpContext().Response);
        page.Add([SurrogateKey.Rates, SurrogateKey.Articles]);
        page.Add([SurrogateKey.Articles]);
        page.SetCacheHeaders(response);

        Assert.Equal("articles rates", response.Headers["Surrogate-Key"]);
        Assert.False(response.Headers.ContainsKey("Cache-Control"));
    }

    [Fact]
    public void An_incomplete_page_is_not_cached()
    {
        var (page, response) = (new PageDependencies(), new DefaultHttpContext().Response);
        page.Add([SurrogateKey.Articles]);
        page.MarkMissing("Rates");
        page.SetCacheHeaders(response);

        Assert.False(response.Headers.ContainsKey("Surrogate-Key"));
        Assert.Equal("no-store", response.Headers.CacheControl);
        Assert.Equal(["Rates"], page.Missing);
    }
}
