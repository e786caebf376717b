using Microsoft.AspNetCore.Http;
using Portal;
using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>What pages may run, which forms are taken, and what may be kept.</summary>
public class ProtectionTests
{
    [Theory]
    [InlineData("/en"), InlineData("/"), InlineData("/console"), InlineData("/console/replays")]
    public void No_script_that_stands_in_a_page_runs(string path)
    {
        var policy = ContentSecurity.Of(path).Split("; ");

        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains(ContentSecurity.IsConsole(path) ? "base-uri 'self'" : "base-uri 'none'", policy);
    }

    [Fact]
    public void Readers_pages_have_no_style_of_their_own_either()
    {
        Assert.Contains("style-src 'self';", ContentSecurity.Of("/ru/rates"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", ContentSecurity.Of("/consoles"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_come_from_named_sites_only()
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
    public void A_form_is_taken_from_this_site_and_from_what_is_no_browser(string? fetchSite, string? origin, bool taken)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString("127.0.0.1", 8180);
        request.Headers["X-Forwarded-Host"] = "portal.example";
        request.Headers["Sec-Fetch-Site"] = fetchSite;
        request.Headers.Origin = origin;

        Assert.Equal(taken, SameSite.Allows(request));
    }

    [Fact]
    public void The_same_words_have_the_same_key_and_others_another()
    {
        Assert.Equal(ContentKey.Of("a", null, "b"), ContentKey.Of("a", null, "b"));
        Assert.NotEqual(ContentKey.Of("a", "b"), ContentKey.Of("ab"));
        Assert.NotEqual(ContentKey.Of("a", "b"), ContentKey.Of("b", "a"));
        Assert.Equal(8, ContentKey.Of("a").Version);
    }

    [Fact]
    public void A_whole_page_names_what_it_is_made_of()
    {
        var (page, response) = (new PageDependencies(), new DefaultHttpContext().Response);
        page.Add(["articles", "rates"]);
        page.Add(["articles"]);
        page.SetCacheHeaders(response);

        Assert.Equal("articles rates", response.Headers["Surrogate-Key"]);
        Assert.False(response.Headers.ContainsKey("Cache-Control"));
    }

    [Fact]
    public void A_page_that_lacks_something_is_kept_by_nobody()
    {
        var (page, response) = (new PageDependencies(), new DefaultHttpContext().Response);
        page.Add(["articles"]);
        page.MarkMissing("Rates");
        page.SetCacheHeaders(response);

        Assert.False(response.Headers.ContainsKey("Surrogate-Key"));
        Assert.Equal("no-store", response.Headers.CacheControl);
        Assert.Equal(["Rates"], page.Missing);
    }
}
