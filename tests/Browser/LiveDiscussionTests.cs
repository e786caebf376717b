using Kit;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>New comments appear while a discussion is open.</summary>
public class LiveDiscussionTests(Site site)
{
    [Fact]
    public async Task A_page_reconnects_after_errors_and_shows_the_comments_it_missed()
    {
        var article = await site.Discussed();
        await using var visitor = await site.Visit();
        var (page, asked) = (visitor.Page, 0);
        visitor.Expected.UnionWith([503, 400]);
        await page.RouteAsync("**/api/live*", async route =>
        {
            switch (Interlocked.Increment(ref asked))
            {
                case 1:
                    await route.FulfillAsync(new() { Status = 503 });
                    break;
                case 2: // The stream breaks off after an id that the gateway rejects.
                    await route.FulfillAsync(new() { ContentType = "text/event-stream", Body = "retry: 10\nid: none\n\n" });
                    break;
                case 3: // The browser resumes it with that id, and the gateway answers 400.
                    await site.Post(article, "Posted while the page was disconnected");
                    await route.ContinueAsync();
                    break;
                default:
                    await route.ContinueAsync();
                    break;
            }
        });
        await visitor.Go(await site.Article("en", article));

        await Expect(page.GetByText("Posted while the page was disconnected")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Eventually.IsTrue(() => Task.FromResult(Volatile.Read(ref asked) >= 4), "the page reconnects", RunningPlatform.Patience);
        await site.Post(article, "Posted while the page is connected");
        await Expect(page.GetByText("Posted while the page is connected")).ToBeVisibleAsync();
    }
}
