using Microsoft.Playwright;
using Xunit;

namespace Browser;

/// <summary>Takes the pictures of the README, into the folder <c>PICTURES</c>: <c>./platform pictures</c>.</summary>
public class PictureTests(Site site)
{
    [Fact(Explicit = true)]
    public async Task Pictures_of_the_readme()
    {
        var folder = Environment.GetEnvironmentVariable("PICTURES") ?? throw new InvalidOperationException("PICTURES names no folder: ./platform pictures does.");
        await using var visitor = await site.Visit(new() { ViewportSize = new() { Width = 1280, Height = 960 }, ReducedMotion = ReducedMotion.Reduce });
        foreach (var (name, path) in new[] { ("front-page", "/en"), ("article", await site.Article("en")), ("rates", "/en/rates?date=2025-04-05") })
        {
            await visitor.Go(path);
            await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
        }
    }
}
