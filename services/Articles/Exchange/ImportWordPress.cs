using System.Xml;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// <c>POST /api/import/wordpress?section=&amp;lang=</c>: posts out of a WordPress export file (WXR), all into one section and language.
/// Published, future and draft posts are taken with their dates, slugs, excerpts, tags, authors and featured images; a post that is
/// protected by a password becomes a draft; pages, attachments, private posts and what is in the trash are skipped. Galleries and captions
/// become figures, embedded media become links. Pictures stay where they are; the site shows those of other hosts only if the setting
/// <c>Portal:Pictures</c> names them. A post keeps its id however often it is sent. The answer is a JSON line for each item, which names
/// what was changed or left out, and a last one of the line 0 if characters that XML does not allow were dropped.
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
                if (section is null) throw new Malformed("section", "is missing: the key of the section that takes the posts");
                var language = Language.Asked(lang) ?? throw new Malformed("lang", "is missing: the language the posts are written in");
                await using (var session = store.QuerySession()) await DraftArticle.SectionIsKnown(section, session, ct);
                var import = new Importing(decider, store, clock, http);
                import.Begin();
                // Read twice: a post names its pictures by the numbers of attachments that may come after it.
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
                    var site = await Site(file, ct);
                    file.Position = 0;
                    export = new XmlExport(file);
                    await foreach (var item in export.Elements(["item"], ct))
                    {
                        number++;
                        (ExchangedArticle, string?) Read() => WordPressItem.Read(item, section, language, site, clock.GetUtcNow());
                        if (WordPressItem.Skipped(item) is { } why) await import.Tell(new(number, null, "skipped", why), ct);
                        else if (!await import.Take(number, Read, ct)) return;
                    }
                }
                catch (XmlException e)
                {
                    await import.Tell(new(number + 1, null, "rejected", $"The file is not well-formed XML from here on: {e.Message}"), ct);
                }
                if (export?.Warning is { } warning) await import.Tell(new(0, null, "warning", warning), ct);
            }).Produces<ImportResult>(200, "application/x-ndjson").Requires(Roles.Editor);

    /// <summary>The files and authors of the site, up to the first place that is not XML.</summary>
    private static async Task<WordPressSite> Site(Stream file, CancellationToken ct)
    {
        var site = new WordPressSite();
        file.Position = 0;
        try
        {
            await foreach (var element in new XmlExport(file).Elements(["item", "author"], ct)) site.Add(element);
        }
        catch (XmlException)
        {
            // The posts before that place are still imported; reading them reports it.
        }
        return site;
    }
}
