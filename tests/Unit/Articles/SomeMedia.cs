using Articles.Media;
using Kit;

namespace Unit.Articles;

/// <summary>Sample events of the media library.</summary>
internal static class SomeMedia
{
    public static readonly Original First = new(new string('a', 64), "image/jpeg", 4_000_000, 4000, 3000);
    public static readonly Original Another = First with { Hash = new string('d', 64), Width = 300 };
    public static readonly Rendition Preview = new($"{new string('b', 32)}.jpg", "image/jpeg", 1280, 960, 150_000);
    public static readonly MediaUploaded Uploaded = new("hall.jpg", First, Preview, Some.Noon);

    public static MediaDescription Description(string alt = "A hall") => new(
        new Dictionary<string, string> { ["en"] = alt },
        new Dictionary<string, string> { ["en"] = "Before the session" },
        "A. Photographer",
        "CC BY 4.0",
        0.25,
        0.5);
}
