using System.IO.Compression;
using System.Text.Json;
using Articles.Media;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// <c>POST /api/import/media</c>: Imports pictures from a ZIP archive in the format of <c>GET /api/export/media</c>. Ids are kept, and an
/// existing picture is never replaced. The response has a JSON line with the result of each picture.
/// </summary>
public static class ImportMedia
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/import/media", async (HttpContext http, Uploads uploads, CancellationToken ct) =>
        {
            http.Response.TagWithKeys(SurrogateKey.Everything);
            var import = new Import(http);
            await using var file = TemporaryFile.New();
            await http.Request.Body.CopyToAsync(file, ct);
            using var archive = Opened(file);
            var list = archive.GetEntry(ExportMedia.List)
                ?? throw new Malformed("body", $"is an archive without {ExportMedia.List}, which lists its pictures");
            using var lines = new StreamReader(list.Open());
            for (var number = 1; await lines.ReadLineAsync(ct) is { } line; number++)
                if (line.Length > 0 && !await import.Add(number, item => ImportPicture(item, line, archive, uploads, ct), ct)) return;
        }).Produces<ImportResult>(200, Import.JsonLines).Produces(400).Requires(Roles.Editor);

    private static ZipArchive Opened(FileStream file)
    {
        try
        {
            return new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException)
        {
            throw new Malformed("body", "is not a readable ZIP archive");
        }
    }

    private static async Task<ImportResult?> ImportPicture(
        ImportItem item, string line, ZipArchive archive, Uploads uploads, CancellationToken ct)
    {
        var picture = JsonSerializer.Deserialize<ExchangedMedia>(line, Json.Http) ?? throw new Malformed("line", "must be a JSON object");
        item.Id = picture.Id;
        var entry = archive.GetEntry(picture.File) ?? throw new Malformed("file", $"\"{picture.File}\" is not in the archive");
        await using var content = entry.Open();
        return item.Stored(await uploads.Import(picture.Id, content, picture.Name, picture.Description.ToDescription(), ct));
    }
}
