using Marten;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// <c>GET /api/media/{id}</c>: Returns a picture of the library with its description, its renditions and the progress of their making. Send
/// its ETag as If-Match to change it.
/// </summary>
public static class ReadMedia
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/media/{id:guid}", async (Guid id, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            var item = await Load(session, id, ct);
            var renditions = await session.LoadAsync<MediaRenditions>(Streams.Renditions(id), ct);
            // The version of the description; the renditions have another one, so the response is never answered with 304.
            http.Response.Headers.ETag = http.Tag($"{item.Version}");
            return MediaView.Of(item, renditions);
        }).Requires(Roles.Newsroom);

    /// <exception cref="NotFound">There is no such item, or it was deleted.</exception>
    internal static async Task<MediaItem> Load(IQuerySession session, Guid id, CancellationToken ct) =>
        await session.LoadAsync<MediaItem>(Streams.Media(id), ct) is { Original: not null } item
            ? item
            : throw new NotFound("There is no picture with this id.");
}

/// <summary>
/// A picture of the library. <c>address</c> is what a cover (<c>cover.url</c>) or a body (<c>&lt;img src&gt;</c>) refers to. <c>url</c> is
/// the preview. <c>type</c>, <c>bytes</c>, <c>width</c> and <c>height</c> are those of the uploaded file. <c>state</c> is pending while
/// renditions are being made, then ready, or failed with the <c>reason</c>; <c>made</c> of <c>planned</c> renditions exist.
/// </summary>
public sealed record MediaView(
    Guid Id,
    string Name,
    string Address,
    string Url,
    string Type,
    long Bytes,
    int Width,
    int Height,
    DateTimeOffset UploadedAt,
    long Version,
    IReadOnlyDictionary<string, string> Alt,
    IReadOnlyDictionary<string, string> Caption,
    double FocalX,
    double FocalY,
    string State,
    int Made,
    int Planned,
    IReadOnlyList<RenditionView> Renditions)
{
    public string? Credit { get; init; }
    public string? Licence { get; init; }
    public string? Reason { get; init; }

    internal static MediaView Of(MediaItem item, MediaRenditions? renditions)
    {
        var (id, original, about) = (Streams.MediaId(item.Id), item.Original!, item.Description);
        var current = renditions?.Original?.Hash == original.Hash ? renditions : null;
        return new(
            id,
            item.Name,
            MediaAddress.Of(id),
            MediaAddress.Of(item.Preview!),
            original.Type,
            original.Bytes,
            original.Width,
            original.Height,
            item.UploadedAt!.Value,
            item.Version,
            about.Alt,
            about.Caption,
            about.FocalX,
            about.FocalY,
            current?.State ?? "pending",
            current?.Made.Count ?? 0,
            PlannedRendition.Of(original.Width).Count,
            RenditionView.Of(item, current))
        {
            Credit = about.Credit,
            Licence = about.Licence,
            Reason = current?.Reason,
        };
    }
}

/// <summary>A picture in one size and format, for <c>srcset</c>.</summary>
public sealed record RenditionView(string Url, int Width, int Height, string Type)
{
    /// <summary>The preview and all renditions that exist, by type and width.</summary>
    internal static IReadOnlyList<RenditionView> Of(MediaItem item, MediaRenditions? renditions) =>
    [
        .. (renditions?.Original?.Hash == item.Original!.Hash ? renditions.Made : [])
            .Append(item.Preview!)
            .OrderBy(r => r.Type, StringComparer.Ordinal)
            .ThenBy(r => r.Width)
            .Select(r => new RenditionView(MediaAddress.Of(r), r.Width, r.Height, r.Type)),
    ];
}
