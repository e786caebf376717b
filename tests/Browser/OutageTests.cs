using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Nobody else reads while a service is down.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

/// <summary>With any one service down the site stands and says what is missing.</summary>
[Collection(nameof(Alone))]
public class OutageTests(Site site)
{
    [Theory]
    [InlineData("articles", "News is unavailable right now.")]
    [InlineData("comments", "Comments are unavailable right now.")]
    [InlineData("currency-rates", "Rates are unavailable right now.")]
    [InlineData("feedback", "Messages cannot be sent right now.")]
    public async Task The_site_stands_without(string service, string says)
    {
        await using var visitor = await site.Visit();
        var article = await site.Article("en");
        // A query of its own: what is kept in memory shows no outage, which is the point of keeping it.
        var shown = service switch { "comments" => article, "feedback" => "/en/contact", _ => "/en" } + $"?without={service}";
        // What the gateway remembers of lists would be shown for a while: it changed just now.
        if (service == "articles") await site.Published();
        await site.Platform.Script("stop", $"{service}-1");
        try
        {
            await Eventually.IsTrue(
                async () =>
                    (await (await visitor.Go($"{shown}-{Guid.CreateVersion7()}")).TextAsync()).Contains(says, StringComparison.Ordinal),
                $"the page says: {says}",
                RunningPlatform.Patience);
            Assert.Equal("no-store", (await (await visitor.Go($"{shown}-again")).AllHeadersAsync())["cache-control"]);
            await Expect(visitor.Page.GetByRole(AriaRole.Navigation).First).ToBeVisibleAsync();
        }
        finally
        {
            await site.Platform.Script("start", $"{service}-1");
        }
        await Eventually.IsTrue(
            async () => !(await (await visitor.Go(shown)).TextAsync()).Contains(says, StringComparison.Ordinal),
            "the page is whole again",
            RunningPlatform.Patience);
    }
}
