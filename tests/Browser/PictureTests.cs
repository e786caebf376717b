using Microsoft.Playwright;
using Xunit;

namespace Browser;

/// <summary>Takes the screenshots of the README and stores them in the folder <c>PICTURES</c> (<c>./platform pictures</c>).</summary>
public class PictureTests(Site site)
{
    [Fact(Explicit = true)]
    public async Task Screenshots_of_the_readme()
    {
        var folder = Environment.GetEnvironmentVariable("PICTURES")
            ?? throw new InvalidOperationException("PICTURES is not set. Run ./platform pictures.");
        await using var visitor = await site.Visit(
            new() { ViewportSize = new() { Width = 1280, Height = 960 }, ReducedMotion = ReducedMotion.Reduce });
        foreach (var (name, path) in new[]
        {
            ("front-page", "/en"),
            ("article", await site.Article("en")),
            ("rates", "/en/rates?date=2025-04-05"),
        })
        {
            await visitor.Go(path);
            await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
        }
    }

    [Fact(Explicit = true)]
    public async Task Screenshot_of_the_console()
    {
        var folder = Environment.GetEnvironmentVariable("PICTURES")
            ?? throw new InvalidOperationException("PICTURES is not set. Run ./platform pictures.");
        await using var visitor = await site.Staff(
            options: new() { ViewportSize = new() { Width = 1280, Height = 960 }, ReducedMotion = ReducedMotion.Reduce });
        await ConsoleReplayTests.Discuss(site, 600);
        await ConsoleReplayTests.Ask(
            visitor, "comments", "bus:articles-when-discussion-changed", "apply", "The articles service lost its counts", rate: 60);
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync(
            "aria-valuenow", new System.Text.RegularExpressions.Regex("^[3-9][0-9]$"), new() { Timeout = 60_000 });
        await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, "console-replay.png") });
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel the replay" }).ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("Cancelled by")).ToBeVisibleAsync();
    }
}
