using Articles.Publishing;
using Articles.Reading;
using Articles.Search;
using Platform.Web;

namespace Articles.Media;

/// <summary>The pictures of the library to which one response refers.</summary>
public sealed class Pictures
{
    /// <summary>For responses without a picture from the library.</summary>
    public static readonly Pictures None = new([]);

    private readonly Dictionary<Guid, (MediaItem Item, MediaRenditions? Renditions)> _items;

    internal Pictures(IEnumerable<(MediaItem Item, MediaRenditions? Renditions)> items) =>
        _items = items.ToDictionary(i => Streams.MediaId(i.Item.Id));

    /// <summary>The surrogate keys of the pictures.</summary>
    internal IEnumerable<SurrogateKey> Keys => _items.Keys.Select(SurrogateKey.Media);

    /// <summary>The rendition of a cover that every reader can show; null if the cover is not in the library.</summary>
    internal Rendition? Preview(Cover? cover) => Find(cover)?.Item.Preview;

    /// <summary>A cover with its renditions and texts in a language. Null if its picture was deleted from the library.</summary>
    internal CoverView? View(Cover? cover, string language)
    {
        if (cover is null) return null;
        var (altLang, alt) = Language.Pick(cover.Alt, language);
        if (MediaAddress.IdOf(cover.Url) is null) return new(cover.Url, alt) { AltLang = altLang };
        if (Find(cover) is not ({ Preview: { } preview, Original: { } original } item, var renditions)) return null;
        var about = item.Description;
        return new(MediaAddress.Of(preview), alt)
        {
            AltLang = altLang,
            Caption = about.Caption.Count == 0 ? null : Language.Pick(about.Caption, language).Text,
            Credit = about.Credit,
            Licence = about.Licence,
            Width = original.Width,
            Height = original.Height,
            FocalX = about.FocalX,
            FocalY = about.FocalY,
            Renditions = RenditionView.Of(item, renditions),
        };
    }

    /// <summary>The body of an article for pages, with all renditions of its pictures.</summary>
    internal string Page(string html) => BodyPictures.Complete(html, this, withRenditions: true);

    /// <summary>The body of an article for feeds and print, which show one rendition of each picture.</summary>
    internal string Plain(string html) => BodyPictures.Complete(html, this, withRenditions: false);

    /// <summary>An item of the library; null if no text of this response refers to it.</summary>
    internal (MediaItem Item, MediaRenditions? Renditions)? Find(Guid id) => _items.TryGetValue(id, out var found) ? found : null;

    private (MediaItem Item, MediaRenditions? Renditions)? Find(Cover? cover) =>
        MediaAddress.IdOf(cover?.Url) is { } id ? Find(id) : null;
}

/// <summary>
/// Reads the pictures of covers and bodies. Responses without a picture from the library need no query, and PostgreSQL sends only documents
/// that this process does not hold.
/// </summary>
public sealed class CoverPictures(SearchDatabase search, DocumentCache documents)
{
    private static readonly string Sql =
        $"""
        select {DocumentCache.Version("m")}, case when {DocumentCache.Version("m")} = any($2) then null else m.data end,
          case when r.id is not null then {DocumentCache.Version("r")} end,
          case when {DocumentCache.Version("r")} = any($2) then null else r.data end
        from articles.mt_doc_mediaitem m
        left join articles.mt_doc_mediarenditions r on r.id = 'renditions-' || substr(m.id, length('media-') + 1)
        where m.id = any($1) order by m.id
        """;

    /// <summary>The pictures of the cover and of all texts of an article.</summary>
    public Task<Pictures> Of(Content content, CancellationToken ct) => Read(MediaReferencesProjection.Of(content), ct);

    /// <summary>The pictures of the covers and texts of several articles.</summary>
    internal Task<Pictures> Of(IEnumerable<Content> contents, CancellationToken ct) =>
        Read(contents.SelectMany(MediaReferencesProjection.Of), ct);

    /// <summary>The pictures of the covers of these articles.</summary>
    internal Task<Pictures> Of(IEnumerable<ListedArticle> articles, CancellationToken ct) =>
        Read(articles.Select(a => MediaAddress.IdOf(a.Summary.Cover?.Url)).OfType<Guid>(), ct);

    private async Task<Pictures> Read(IEnumerable<Guid> ids, CancellationToken ct)
    {
        string[] streams = [.. ids.Distinct().Select(Streams.Media).Order(StringComparer.Ordinal)];
        if (streams.Length == 0) return Pictures.None;
        var held = documents.Of($"pictures {string.Join(' ', streams)}");
        var rows = await search.Read(
            Sql,
            row =>
            {
                var (item, renditions) = (row.GetString(0), row.IsDBNull(2) ? null : row.GetString(2));
                return (
                    Versions: renditions is null ? new[] { item } : [item, renditions],
                    Item: held.Document<MediaItem>(item, row, 1),
                    Renditions: renditions is null ? null : held.Document<MediaRenditions>(renditions, row, 3));
            },
            ct,
            streams,
            held.Versions);
        held.Remember(rows.SelectMany(r => r.Versions));
        return new(rows.Select(r => (r.Item, r.Renditions)));
    }
}
