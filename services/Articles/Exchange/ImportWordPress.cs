using System.Xml;
using System.Xml.Linq;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// <c>POST /api/import/wordpress?section=&amp;lang=</c>: posts out of a WordPress export file (WXR), all into one section and language. Published, future and draft
/// posts are taken with their dates, slugs, excerpts, tags, authors and featured images; pages, attachments and what is in the trash are skipped. A post keeps
/// its id however often it is sent. The answer is a JSON line for each item.
/// </summary>
public static class ImportWordPress
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/import/wordpress", async (string? section, string? lang, HttpContext http, Decider decider, IDocumentStore store, TimeProvider clock, CancellationToken ct) =>
        {
            if (section is null) throw new Malformed("section", "is missing: the key of the section that takes the posts");
            var language = Language.Asked(lang) ?? throw new Malformed("lang", "is missing: the language the posts are written in");
            await using (var session = store.QuerySession()) await DraftArticle.SectionIsKnown(section, session, ct);
            var import = new Importing(decider, store, clock, http);
            import.Begin();
            // Read twice: a post names its picture by the number of an attachment that may come after it.
            await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            });
            await http.Request.Body.CopyToAsync(file, ct);
            var number = 0;
            try
            {
                var pictures = new Dictionary<string, string>();
                await foreach (var item in Items(file, ct))
                    if (WordPressItem.Attachment(item) is var (id, url)) pictures[id] = url;
                await foreach (var item in Items(file, ct))
                {
                    number++;
                    if (WordPressItem.Skipped(item) is { } why) await import.Tell(new(number, null, "skipped", why), ct);
                    else if (!await import.Take(number, () => WordPressItem.Read(item, section, language, pictures, clock.GetUtcNow()), ct)) return;
                }
            }
            catch (XmlException e)
            {
                await import.Tell(new(number + 1, null, "rejected", $"The file is no well-formed XML from here on: {e.Message}"), ct);
            }
        }).Produces<ImportResult>(200, "application/x-ndjson").Requires(Roles.Editor);

    private static async IAsyncEnumerable<XElement> Items(Stream file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        file.Position = 0;
        using var xml = XmlReader.Create(file, new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false, CloseInput = false });
        await xml.MoveToContentAsync();
        while (!xml.EOF)
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "item" }) yield return (XElement)await XNode.ReadFromAsync(xml, ct);
            else await xml.ReadAsync();
        }
    }
}
