namespace Articles.Exchange;

/// <summary>An attachment of a WordPress site. <paramref name="Parent"/> is the id of the post for which it was uploaded.</summary>
internal sealed record WordPressFile(
    string Id,
    string Url,
    string Parent,
    string Title,
    string Caption,
    string Alt)
{
    private static readonly string[] Images = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg"];
    private static readonly string[] AudioFiles = [".mp3", ".m4a", ".ogg", ".oga", ".wav", ".flac", ".wma", ".aac"];
    private static readonly string[] Videos = [".mp4", ".m4v", ".webm", ".ogv", ".mov", ".wmv", ".avi", ".flv"];

    /// <summary>The name of the shortcode that shows the file: gallery, audio or video; otherwise other.</summary>
    public string Kind => HasExtension(Images) ? "gallery" : HasExtension(AudioFiles) ? "audio" : HasExtension(Videos) ? "video" : "other";

    private bool HasExtension(string[] extensions) => extensions.Any(e => Url.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}
