namespace Bench;

/// <summary>The comment that the measurements post.</summary>
internal static class Posting
{
    public const string Text = "A comment of ordinary length, neither short nor long.";
    public const string Json = $"{{\"author\":\"Reader\",\"text\":\"{Text}\"}}";

    public static string Path(Guid article) => $"/api/articles/{article}/comments";

    /// <summary>A script for wrk that posts comments on all articles in turn.</summary>
    public static WrkScript Script(Site site) => WrkScript.Post(site.Articles.Select(Path), Json);
}
