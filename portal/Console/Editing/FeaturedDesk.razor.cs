using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary><c>/console/featured</c>: the featured articles in the order in which readers see them.</summary>
public sealed partial class FeaturedDesk
{
    private Answer<FeaturedView>? _featured;
    private Refused? _refused;
    private string? _done;

    [Inject] private Desk Desk { get; set; } = null!;

    protected override Task OnInitializedAsync() => Load();

    private async Task Load() => _featured = await Desk.Get<FeaturedView>($"/api/featured?lang={ConsoleLanguage.Current}");

    private Task Put(ArticleItem article, int position) =>
        Change(article, "feature", new { position }, D["FeaturedAt", article.Title, position + 1]);

    private Task Unpin(ArticleItem article) => Change(article, "unfeature", null, D["Unpinned", article.Title]);

    private async Task Change(ArticleItem article, string action, object? body, string done)
    {
        // Before the first article is featured, the list has no version.
        var seen = _featured?.Value?.Version is { } version and > 0 ? $"\"{version}\"" : null;
        _refused = (await Desk.Send<object>(HttpMethod.Post, $"/api/articles/{article.Id}/{action}", body, seen)).Refused;
        _done = _refused is null ? done : null;
        await Load();
    }
}
