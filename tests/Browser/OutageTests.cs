using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>The collection of tests that stop services, so that no other test runs at the same time.</summary>
[CollectionDefinition(nameof(OutageCollection), DisableParallelization = true)]
public class OutageCollection;

/// <summary>If one service is down, the site works and tells readers what is missing.</summary>
[Collection(nameof(OutageCollection))]
public class OutageTests(Site site)
{
    [Theory]
    [InlineData("articles", "News is unavailable right now.")]
    [InlineData("comments", "Comments are unavailable right now.")]
    [InlineData("currency-rates", "Rates are unavailable right now.")]
    [InlineData("feedback", "Messages cannot be sent right now.")]
    public async Task The_site_works_if_one_service_is_down(string service, string says)
    {
        await using var visitor = await site.Visit();
        var article = await site.Article("en");
        // A unique query, because a cached page would not show the outage.
        var shown = service switch { "comments" => article, "feedback" => "/en/contact", _ => "/en" } + $"?without={service}";
        // Publishing an article invalidates the cached lists, which would otherwise be served during the outage.
        if (service == "articles") await site.Published();
        await site.Platform.Script("stop", $"{service}-1");
        try
        {
            await Eventually.IsTrue(
                async () =>
                    (await (await visitor.Go($"{shown}-{Guid.CreateVersion7()}")).TextAsync()).Contains(says, StringComparison.Ordinal),
                $"the page shows: {says}",
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
            "the page is complete again",
            RunningPlatform.Patience);
    }
}
