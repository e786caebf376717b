using System.Xml;
using System.Xml.Linq;
using Articles.Publishing;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// <c>POST /api/import/wordpress?section=&amp;lang=</c>: Imports the posts of a WordPress export file (WXR) into one section and language.
/// Published, future and draft posts are imported with their dates, slugs, excerpts, tags, authors and featured images. A post that is
/// protected by a password becomes a draft. Pages, attachments, private posts and posts in the trash are skipped. Galleries and captions
/// become figures, and embedded media become links. Images stay on their hosts, and the site shows those of other hosts only if the setting
/// <c>Portal:Pictures</c> names these hosts. A post has the same id in every import. The response has a JSON line for each item, which says
/// what was changed or left out. A last line with the number 0 warns if characters that XML does not allow were removed.
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
            TimeProvider clock,
            CancellationToken ct) =>
            {
                if (section is null) throw new Malformed("section", "is missing; send the key of the section for the posts");
                var language = Language.Requested(lang) ?? throw new Malformed("lang", "is missing; send the language of the posts");
                await using (var session = store.QuerySession()) await DraftArticle.RequireSection(section, session, ct);
                http.Response.TagWithKeys(SurrogateKey.Everything);
                var (import, importer) = (new Import(http), new Importer(decider, store, clock));
                // The file is read twice, because a post refers to its images by the ids of attachments that may follow later in the file.
                await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                });
                await http.Request.Body.CopyToAsync(file, ct);
                var site = await ReadSite(file, ct);
                file.Position = 0;
                var export = new XmlExport(file);
                Task<ImportResult?> ImportPost(XElement post, ImportItem item)
                {
                    if (WordPressItem.SkipReason(post) is { } reason) return Task.FromResult<ImportResult?>(item.Skipped(reason));
                    var (article, remark) = WordPressItem.Read(post, section, language, site, clock.GetUtcNow());
                    return importer.Import(item, article, remark, ct);
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
