using AngleSharp.Html.Parser;
using Articles.Media;
using Articles.Publishing;
using Articles.Texts;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// Imports the pictures of posts from the archive into the media library, and lets the articles refer to them. A picture has the same id in
/// every import. Pictures that the archive does not contain stay on their hosts.
/// </summary>
internal sealed class WordPressPictures(WordPressArchive archive, WordPressSite site, string language, Uploads uploads)
{
    private readonly Dictionary<string, (string? Address, string? Remark)> _imported = [];
    private readonly Dictionary<string, WordPressFile> _files =
        site.Files.Values.GroupBy(f => f.Url).ToDictionary(g => g.Key, g => g.First());

    /// <summary>
    /// Replaces the addresses of the pictures in an article, and adds to the remark which pictures could not be imported.
    /// </summary>
    public async Task<(ExchangedArticle Article, string? Remark)> Import(ExchangedArticle article, string? remark, CancellationToken ct)
    {
        if (!archive.HasFiles) return (article, remark);
        var remarks = new List<string>();
        async Task<string?> Replaced(string? address)
        {
            var (replaced, problem) = address is null ? default : await Import(address, ct);
            if (problem is not null && !remarks.Contains(problem)) remarks.Add(problem);
            return replaced;
        }

        var content = article.Content;
        if (await Replaced(content.Cover?.Url) is { } url) content = content with { Cover = content.Cover! with { Url = url } };
        var texts = new Dictionary<string, TextRequest>();
        foreach (var (lang, text) in content.Translations) texts[lang] = text with { Body = await InBody(text.Body, Replaced) };
        if (remark is not null) remarks.Insert(0, remark);
        return (article with { Content = content with { Translations = texts } }, remarks.Count == 0 ? null : string.Join(' ', remarks));
    }

    private static async Task<string> InBody(string html, Func<string?, Task<string?>> replaced)
    {
        if (Html.IsTooDeep(html)) return html; // the validation of the body rejects it
        var document = new HtmlParser().ParseDocument($"<body>{html}</body>");
        var changed = false;
        foreach (var element in document.QuerySelectorAll("img[src], a[href]").ToArray())
        {
            var name = element.LocalName == "img" ? "src" : "href";
            if (await replaced(element.GetAttribute(name)) is not { } address) continue;
            element.SetAttribute(name, address);
            // The dimensions are those of a smaller copy.
            element.RemoveAttribute("width");
            element.RemoveAttribute("height");
            changed = true;
        }
        return changed ? document.Body!.InnerHtml : html;
    }

    private async Task<(string? Address, string? Remark)> Import(string address, CancellationToken ct)
    {
        var original = WordPressArchive.OriginalPath(address.Split('?', '#')[0]);
        if (_imported.TryGetValue(original, out var known)) return known;
        return _imported[original] = await ImportNew(original, address, ct);
    }

    private async Task<(string? Address, string? Remark)> ImportNew(string original, string address, CancellationToken ct)
    {
        if (archive.Find(address.Split('?', '#')[0]) is not { } entry) return default;
        if (PictureFormat.OfExtension(Normal(entry.Name)) is null) return default;
        var id = DeterministicId.Of($"wordpress picture {original}");
        try
        {
            await using var content = entry.Open();
            await uploads.Import(id, content, entry.Name, Description(original), ct);
            return (MediaAddress.Of(id), null);
        }
        catch (Exception e) when (e is Malformed or TooLarge or Rejected or VersionRequired or InvalidDataException)
        {
            return (null, $"The picture {entry.Name} was not imported: {e.Message}{(e.Message.EndsWith('.') ? "" : ".")}");
        }
    }

    private MediaDescription Description(string original)
    {
        var file = _files.GetValueOrDefault(original);
        Dictionary<string, string> Text(string? text, int maxLength) =>
            PlainText.CleanOrNull(text) is { } clean && clean.Length <= maxLength && VisibleText.IsVisible(clean)
                ? new() { [language] = clean }
                : [];
        return MediaDescription.None with
        {
            Alt = Text(file?.Alt, MediaDescriptionRequest.MaxAlt),
            Caption = Text(file is null ? null : PlainText.OfHtml(file.Caption), MediaDescriptionRequest.MaxCaption),
        };
    }

    private static string Normal(string name) =>
        name.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase) ? $"{name[..^5]}.jpg" : name.ToLowerInvariant();
}
