using System.Xml;
using System.Xml.Linq;
using Articles.Media;
using Articles.Publishing;
using Marten;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// <c>POST /api/import/wordpress?section=&amp;lang=</c>: Imports the posts of a WordPress export file (WXR) into one section and language.
/// Published, future and draft posts are imported with their dates, slugs, excerpts, tags, authors and featured images. A post that is
/// protected by a password becomes a draft. Pages, attachments, private posts and posts in the trash are skipped. Galleries and captions
/// become figures, and embedded media become links. If the file is a ZIP archive that contains the export file and the pictures, such as
/// the folder <c>wp-content/uploads</c>, these are imported into the media library. Other images stay on their hosts, and the site shows
/// those of other hosts only if the setting <c>Portal:Pictures</c> names these hosts. A post has the same id in every import. The response
/// has a JSON line for each item, which says what was changed or left out. A last line with the number 0 warns if characters that XML does
/// not allow were removed.
/// </summary>
public static class ImportWordPress
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/import/wordpress", async (
            string? section,
            string? lang,
            HttpContext http,
            Decider decider,
            IDocumentStore store,
            Uploads uploads,
            NpgsqlDataSource database,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                if (section is null) throw new Malformed("section", "is missing; send the key of the section for the posts");
                var language = Language.Requested(lang) ?? throw new Malformed("lang", "is missing; send the language of the posts");
                await using (var session = store.QuerySession()) await DraftArticle.RequireSection(section, session, ct);
                http.Response.TagWithKeys(SurrogateKey.Everything);
                var (import, importer) = (new Import(http), new Importer(decider, store, database, clock));
                await using var archive = await WordPressArchive.Receive(http.Request.Body, ct);
                var file = archive.Xml;
                var site = await ReadSite(file, ct);
                file.Position = 0;
                var export = new XmlExport(file);
                var pictures = new WordPressPictures(archive, site, language, uploads);
                async Task<ImportResult?> ImportPost(XElement post, ImportItem item)
                {
                    if (WordPressItem.SkipReason(post) is { } reason) return item.Skipped(reason);
                    var (read, remark) = WordPressItem.Read(post, section, language, site, clock.GetUtcNow());
                    item.Id = read.Id;
                    var (article, remarks) = await pictures.Import(read, remark, ct);
                    return await importer.Import(item, article, remarks, ct);
                }
                if (await import.AddXml(export.Elements(["item"], ct), ImportPost, ct)) await import.Warn(export.Warning, ct);
            }).Produces<ImportResult>(200, Import.JsonLines).Requires(Roles.Editor);

    /// <summary>Reads the files and authors of the site, up to the first XML error.</summary>
    private static async Task<WordPressSite> ReadSite(Stream file, CancellationToken ct)
    {
        var site = new WordPressSite();
        file.Position = 0;
        try
        {
            await foreach (var element in new XmlExport(file).Elements(["item", "author"], ct)) site.Add(element);
        }
        catch (XmlException)
        {
            // The posts before the error are still imported, and reading them reports the error.
        }
        return site;
    }
}
