using Marten;
using Microsoft.Net.Http.Headers;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// <c>GET /media/{file}</c>: Returns a rendition of a picture, which never changes and may be cached for ever. <c>GET
/// /media/items/{id}</c> redirects to the preview of an item. <c>GET /api/media/{id}/original</c> returns the uploaded file to editors.
/// </summary>
public static class ServeMedia
{
    private const string ForEver = "public, max-age=31536000, immutable", ForAMinute = "public, max-age=60";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/media/{file:regex(^[0-9a-f]{{32}}\\.(avif|jpg|webp)$)}", ["GET", "HEAD"], async (
            string file, HttpContext http, IMediaFiles files, CancellationToken ct) =>
            {
                var content = await files.Open(file, ct) ?? throw new NotFound("There is no picture at this address.");
                http.Response.Headers.CacheControl = ForEver;
                return Results.Stream(content, PictureFormat.OfExtension(file), entityTag: new EntityTagHeaderValue($"\"{file[..32]}\""));
            }).AllowAnonymous()
            .Produces<byte[]>(200, PictureFormat.Avif, PictureFormat.Jpeg, PictureFormat.WebP);

        app.MapMethods("/media/items/{id:guid}", ["GET", "HEAD"], async (
            Guid id, HttpContext http, IQuerySession session, CancellationToken ct) =>
            {
                var item = await ReadMedia.Load(session, id, ct);
                http.Response.Headers.CacheControl = ForAMinute;
                return Results.Redirect(MediaAddress.Of(item.Preview!));
            }).AllowAnonymous().Produces(302);

        app.MapGet("/api/media/{id:guid}/original", async (
            Guid id, HttpContext http, IMediaFiles files, IQuerySession session, CancellationToken ct) =>
            {
                var item = await ReadMedia.Load(session, id, ct);
                var original = item.Original!;
                var content = await files.Open(original.File, ct) ?? throw new NotFound("The file of this picture is missing.");
                http.Response.Headers.CacheControl = "private, no-store";
                // A download, so that a browser never shows a file that somebody else made.
                var name = Path.ChangeExtension(item.Name, PictureFormat.Extension(original.Type));
                return Results.Stream(content, original.Type, name, entityTag: new EntityTagHeaderValue($"\"{original.Hash}\""));
            }).Produces<byte[]>(
                200, PictureFormat.Avif, PictureFormat.Gif, PictureFormat.Jpeg, PictureFormat.Png, PictureFormat.WebP)
            .Requires(Roles.Newsroom);
    }
}
