using System.Net;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Two gateways with one portal behind them, which itself reads and writes through one of the gateways.</summary>
public class SeveralGatewaysTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    private static readonly string[] Gateways = ["gateway-2", "gateway"];

    [Fact]
    public async Task A_comment_posted_through_either_gateway_is_on_the_page_of_that_gateway_at_once()
    {
        await Platform.Script("scale", "gateway=2");
        try
        {
            using var editor = await Platform.SignedIn("editor");
            var article = await editor.PublishWithOpenDiscussion();
            var page = $"/en/articles/{(await Platform.Reader.Read($"/api/articles/{article}"))["slug"]}";
            for (var n = 0; n < 10; n++)
                foreach (var gateway in Gateways)
                {
                    foreach (var each in Gateways) await Page(each, page); // Both gateways cache the page.
                    var text = $"Text number {n} through {gateway}.";
                    using var reader = await Platform.Directly(gateway);
                    var form = new Dictionary<string, string> { ["article"] = $"{article}", ["author"] = "Ann", ["text"] = text };
                    using var sent = await reader.PostAsync($"{page}/comments", new FormUrlEncodedContent(form), Cancelled);
                    Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
                    Assert.Contains(text, await Page(gateway, page), StringComparison.Ordinal);
                }
        }
        finally
        {
            await Platform.Script("scale", "gateway=1");
        }
    }

    [Fact]
    public async Task The_site_keeps_serving_if_the_gateway_that_the_portal_uses_is_killed()
    {
        await Platform.Script("scale", "gateway=2");
        try
        {
            const string Word = "heliotrope";
            using var editor = await Platform.SignedIn("editor", "gateway-2");
            var article = Guid.CreateVersion7();
            await editor.Draft(article, $"The {Word} summit");
            await editor.Publish(article);
            await Eventually.IsTrue(
                async () => (await Page("gateway-2", $"/en/search?q={Word}")).Contains("summit", StringComparison.Ordinal),
                "the search of the portal finds the article",
                Patience);
            RunningPlatform.Kill(await Platform.Status("gateway"));
            var found = await Page("gateway-2", $"/en/search?q={Word}&from=2020-01-01"); // a page that is not cached
            Assert.Contains($"The <mark>{Word}</mark> summit", found, StringComparison.Ordinal);
        }
        finally
        {
            await Platform.Heal();
            await Platform.Script("scale", "gateway=1");
        }
    }

    private async Task<string> Page(string gateway, string page)
    {
        using var reader = await Platform.Directly(gateway);
        using var answer = await reader.GetAsync(page, Cancelled);
        var html = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.IsSuccessStatusCode, $"{page} through {gateway}: {(int)answer.StatusCode} {html}");
        return html;
    }
}
