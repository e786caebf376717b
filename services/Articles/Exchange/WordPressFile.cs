namespace Articles;

/// <summary>A file of a WordPress site: its number, address, the post it was uploaded for, and its words.</summary>
internal sealed record WordPressFile(string Id, string Url, string Parent, string Title, string Caption, string Alt)
{
    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg"];
    private static readonly string[] Sounds = [".mp3", ".m4a", ".ogg", ".oga", ".wav", ".flac", ".wma", ".aac"];
    private static readonly string[] Films = [".mp4", ".m4v", ".webm", ".ogv", ".mov", ".wmv", ".avi", ".flv"];

    /// <summary>gallery, audio, video or other: the short code that shows it.</summary>
    public string Kind => Of(Pictures) ? "gallery" : Of(Sounds) ? "audio" : Of(Films) ? "video" : "other";

    private bool Of(string[] endings) => endings.Any(e => Url.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}
