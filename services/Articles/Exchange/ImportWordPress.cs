using System.Xml;
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
                var import = new Importer(decider, store, clock, http);
                import.Begin();
                // The file is read twice, because a post refers to its images by the ids of attachments that may follow later in the file.
                await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                });
                await http.Request.Body.CopyToAsync(file, ct);
                var number = 0;
                XmlExport? export = null;
                try
                {
                    var site = await ReadSite(file, ct);
                    file.Position = 0;
                    export = new XmlExport(file);
                    await foreach (var item in export.Elements(["item"], ct))
                    {
                        number++;
                        (ExchangedArticle, string?) Read() => WordPressItem.Read(item, section, language, site, clock.GetUtcNow());
                        if (WordPressItem.SkipReason(item) is { } reason) await import.Report(new(number, null, "skipped", reason), ct);
                        else if (!await import.ImportAndReport(number, Read, ct)) return;
                    }
                }
                catch (XmlException e)
                {
                    await import.Report(
                        new(number + 1, null, "rejected", $"The file is not well-formed XML from this item on: {e.Message}"), ct);
                }
                if (export?.Warning is { } warning) await import.Report(new(0, null, "warning", warning), ct);
            }).Produces<ImportResult>(200, "application/x-ndjson").Requires(Roles.Editor);

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
