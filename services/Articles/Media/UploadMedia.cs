using System.Security.Cryptography;
using Articles.Workflow;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// <c>PUT /api/media/{id}?name=</c>: Adds a picture to the library under the caller's id; the body is the file. With <c>If-Match</c> it
/// replaces an earlier picture, whose addresses continue to work. <c>POST /api/media</c> adds the first file of a form. A picture is a
/// JPEG, PNG, WebP, GIF or AVIF file of at most 20 MB. It is decoded before it is stored, and refused if it is damaged, is another kind of
/// file, or has too many pixels. Its renditions for readers are made in the background.
/// </summary>
public sealed record UploadMedia(string Name, Original Original, Rendition Preview, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(MediaItem? item)
    {
        if (item?.IsDeleted == true) throw new Rejected("The picture with this id was deleted. Upload it under another id.");
        if (item?.Original is null) yield return new MediaUploaded(Name, Original, Preview, Now);
        else if (item.Original.Hash != Original.Hash) yield return new MediaReplaced(Original, Preview);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut("/api/media/{id:guid}", async (
            Guid id,
            string? name,
            IfMatch seen,
            HttpContext http,
            MediaSettings settings,
            MediaUsage usage,
            Uploads uploads,
            CancellationToken ct) =>
            {
                await usage.RequireChanging(id, Person.Of(http), ct);
                using var file = await ReceivedFile.OfBody(http, settings, ct);
                var decision = await uploads.Store(id, file, name, seen.Expected, ct);
                http.Response.TagWithKeys(SurrogateKey.Media(id));
                return decision.Written(http, $"/api/media/{id}");
            }).Requires(Roles.Newsroom);
        app.MapPost("/api/media", async (
            string? name,
            IdempotencyKey key,
            HttpContext http,
            MediaSettings settings,
            Uploads uploads,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                var id = key.Value ?? Guid.CreateVersion7(clock.GetUtcNow());
                using var file = await ReceivedFile.OfForm(http, settings, ct);
                var decision = await uploads.Store(id, file, name ?? file.Name, Expected.Nothing, ct);
                http.Response.Headers.ETag = http.Tag($"{decision.Version}");
                return Results.Created($"/api/media/{id}", MediaView.Of(decision.State!, null));
            }).Produces<MediaView>(201).Requires(Roles.Newsroom);
    }
}

/// <summary>Stores uploaded pictures: first the files, then the event that makes the picture visible.</summary>
public sealed class Uploads(
    IMediaFiles files, PictureProcess pictures, MediaSettings settings, Decider decider, TimeProvider clock)
{
    /// <summary>
    /// Adds a picture from another system with its description, and returns whether it is new. An existing picture is not changed.
    /// </summary>
    internal async Task<bool> Import(Guid id, Stream content, string name, MediaDescription description, CancellationToken ct)
    {
        using var file = await ReceivedFile.OfStream(content, settings, ct);
        var decision = await Store(id, file, name, Expected.Nothing, ct);
        if (decision is { Changed: true, Version: 1 })
            await decider.Decide<MediaItem>(Streams.Media(id), new DescribeMedia(description).Decide, ct);
        return decision.Changed;
    }

    internal async Task<Decision<MediaItem>> Store(
        Guid id, ReceivedFile file, string? name, Expected expected, CancellationToken ct)
    {
        if (id == Guid.Empty) throw new Malformed("id", "must be a UUID that is not all zeros");
        var command = await Check(file, name, ct);
        var folder = Directory.CreateDirectory(Path.Combine(settings.WorkFolder, Path.GetRandomFileName())).FullName;
        try
        {
            var (original, preview, previewFile) = await Decode(file, command.Type, folder, ct);
            await files.Store(original.File, file.Path, ct);
            await files.Store(preview.File, previewFile, ct);
            return await decider.Decide<MediaItem>(
                Streams.Media(id),
                expected,
                new UploadMedia(command.Name, original, preview, clock.Now()).Decide,
                (session, _, after, token) => session.AlsoDecide<MediaRenditions>(
                    Streams.Renditions(id), r => MediaRenditions.Request(r, after.Original!), token),
                ct);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(string Type, string Name)> Check(ReceivedFile file, string? name, CancellationToken ct)
    {
        // Reading the whole file takes a moment, and needs no thread of the web server.
        var type = await Task.Run(() =>
        {
            using var content = file.Open();
            return PictureFormat.Identify(content, file.Type);
        }, ct);
        return (type, RenameMedia.Clean(name is { Length: > 0 } ? name : $"picture.{PictureFormat.Extension(type)}"));
    }

    private async Task<(Original Original, Rendition Preview, string File)> Decode(
        ReceivedFile file, string type, string folder, CancellationToken ct)
    {
        try
        {
            var made = await pictures.Check(file.Path, folder, ct);
            var path = Path.Combine(folder, made.File);
            return (
                new(file.Hash, type, file.Bytes, made.PictureWidth, made.PictureHeight),
                await Rendered(path, made, ct),
                path);
        }
        catch (PictureRefused e)
        {
            throw new Malformed(PictureFormat.Field, e.Message);
        }
    }

    /// <summary>The rendition in a file, with a name that is derived from its content.</summary>
    internal static async Task<Rendition> Rendered(string path, PictureAnswer made, CancellationToken ct)
    {
        await using var content = File.OpenRead(path);
        var hash = Convert.ToHexStringLower((await SHA256.HashDataAsync(content, ct)).AsSpan(0, 16));
        return new($"{hash}.{PictureFormat.Extension(made.Type)}", made.Type, made.Width, made.Height, content.Length);
    }
}
