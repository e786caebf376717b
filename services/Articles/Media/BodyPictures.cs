using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Articles.Media;

/// <summary>
/// Completes the pictures of the library in the body of an article: the stored body names only the item, and the sizes, types and
/// dimensions are added when it is read, so that they are those of the current picture.
/// </summary>
internal static class BodyPictures
{
    // The measure of the text on the pages of the site.
    private const string Sizes = "(min-width: 44rem) 42rem, 100vw";

    /// <summary>
    /// The body with the current address and the dimensions of each picture and, for pages, with all renditions. A picture that was deleted
    /// from the library is removed.
    /// </summary>
    public static string Complete(string html, Pictures pictures, bool withRenditions)
    {
        if (!MediaAddress.In(html).Any()) return html;
        var document = new HtmlParser().ParseDocument($"<body>{html}</body>");
        foreach (var image in document.QuerySelectorAll("img[src]").ToArray())
        {
            if (MediaAddress.IdOf(image.GetAttribute("src")) is not { } id) continue;
            if (pictures.Find(id) is not ({ Preview: { } preview, Original: { } original } item, var renditions))
            {
                image.Remove();
                continue;
            }
            image.SetAttribute("src", MediaAddress.Of(preview));
            if (!image.HasAttribute("width") && !image.HasAttribute("height"))
            {
                image.SetAttribute("width", original.Width.ToString(CultureInfo.InvariantCulture));
                image.SetAttribute("height", original.Height.ToString(CultureInfo.InvariantCulture));
            }
            if (withRenditions) AddRenditions(document, image, RenditionView.Of(item, renditions));
        }
        return document.Body!.InnerHtml;
    }

    private static void AddRenditions(IDocument document, IElement image, IReadOnlyList<RenditionView> renditions)
    {
        image.SetAttribute("loading", "lazy");
        var picture = document.CreateElement("picture");
        image.Parent!.InsertBefore(picture, image);
        // The formats in the order in which browsers shall prefer them.
        foreach (var type in new[] { PictureFormat.Avif, PictureFormat.WebP })
        {
            var sizes = renditions.Where(r => r.Type == type).Select(r => $"{r.Url} {r.Width}w").ToArray();
            if (sizes.Length == 0) continue;
            var source = document.CreateElement("source");
            source.SetAttribute("type", type);
            source.SetAttribute("srcset", string.Join(", ", sizes));
            source.SetAttribute("sizes", Sizes);
            picture.AppendChild(source);
        }
        picture.AppendChild(image);
    }
}
