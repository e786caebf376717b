using System.IO.Compression;
using System.Text.Json;
using Articles.Media;
using Marten;
using Microsoft.AspNetCore.Http.Features;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// <c>GET /api/export/media</c>: Exports the media library as a ZIP archive. It contains the uploaded files, and <c>media.jsonl</c> with
/// one line for each picture. Import it before articles that refer to the pictures.
/// </summary>
public static class ExportMedia
{
    internal const string List = "media.jsonl";

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/export/media", async (HttpContext http, IDocumentStore store, IMediaFiles files, CancellationToken ct) =>
        {
            await using var session = store.QuerySession();
            http.Response.ContentType = "application/zip";
            http.Response.Headers.ContentDisposition = "attachment; filename=\"media.zip\"";
            // The archive is written while it is sent, and the library for archives sometimes writes synchronously.
            if (http.Features.Get<IHttpBodyControlFeature>() is { } control) control.AllowSynchronousIO = true;
            await using var archive = await ZipArchive.CreateAsync(
                http.Response.Body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct);
            using var list = new MemoryStream();
            await foreach (var item in session.Query<MediaItem>().OrderBy(m => m.Id).ToAsyncEnumerable(ct))
            {
                if (item.Original is not { } original || await files.Open(original.File, ct) is not { } content) continue;
                await using (content)
                await using (var entry = await archive.CreateEntry(original.File, CompressionLevel.NoCompression).OpenAsync(ct))
                    await content.CopyToAsync(entry, ct);
                await JsonSerializer.SerializeAsync(list, ExchangedMedia.Of(item), Json.Http, ct);
                list.WriteByte((byte)'\n');
            }
            list.Position = 0;
            await using var lines = await archive.CreateEntry(List).OpenAsync(ct);
            await list.CopyToAsync(lines, ct);
        }).Produces<byte[]>(200, "application/zip").Requires(Roles.Editor);
}

/// <summary>One picture of an export: <c>file</c> is its name in the archive.</summary>
public sealed record ExchangedMedia(Guid Id, string Name, string File, MediaDescriptionRequest Description)
{
    internal static ExchangedMedia Of(MediaItem item) => new(
        Streams.MediaId(item.Id),
        item.Name,
        item.Original!.File,
        new(
            item.Description.Alt.ToDictionary(),
            item.Description.Caption.ToDictionary(),
            item.Description.Credit,
            item.Description.Licence,
            item.Description.FocalX,
            item.Description.FocalY));
}
