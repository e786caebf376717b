using Microsoft.Extensions.Configuration;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class PublicSiteTests
{
    [Theory]
    [InlineData(null, "http://localhost:8080/")]
    [InlineData("", "http://localhost:8080/")]
    [InlineData("https://news.example.org", "https://news.example.org/")]
    [InlineData("https://example.org/news/", "https://example.org/news/")]
    public void Every_link_begins_with_the_configured_address(string? configured, string address)
    {
        var site = new PublicSite(new ConfigurationBuilder().AddInMemoryCollection([new("Site:PublicUrl", configured)]).Build());
        Assert.Equal(address, site.PublicUrl.AbsoluteUri);
        Assert.Equal($"{address}feeds/en.xml", site.At("/feeds/en.xml").AbsoluteUri);
        Assert.Equal($"{address}ru/articles/x", site.Article("ru", "x").AbsoluteUri);
    }
}
