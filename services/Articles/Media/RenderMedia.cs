using Marten;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// Makes the renditions of uploaded pictures, in one replica at a time. What is to be made is stored with the upload, and each rendition is
/// recorded when its file is stored, so a restart continues with the next one. After a failure the attempt is repeated, up to
/// <see cref="MediaRenditions.MaxAttempts"/> times if the picture is the cause.
/// </summary>
public sealed partial class RenderMedia(
    IDocumentStore store,
    GroupCommit group,
    LockSessions locks,
    IMediaFiles files,
    PictureProcess pictures,
    MediaSettings settings,
    TimeProvider clock,
    ILogger<RenderMedia> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        PeriodicWork.Repeat(Interval, clock, RenderPending, e => NotRendered(log, e), stoppingToken);

    private async Task RenderPending(CancellationToken ct)
    {
        if ((await Pending(ct)).Count == 0) return;
        await using var exclusive = await locks.Acquire("media-renditions", ct);
        if (exclusive is null) return;
        using var held = CancellationTokenSource.CreateLinkedTokenSource(ct, exclusive.Lost);
        // Read again, because another replica may have made them before this one got the lock.
        foreach (var renditions in await Pending(held.Token)) await Render(renditions, held.Token);
    }

    private async Task<IReadOnlyList<MediaRenditions>> Pending(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<MediaRenditions>().Where(r => r.State == "pending").OrderBy(r => r.Id).Take(20).ToListAsync(ct);
    }

    private async Task Render(MediaRenditions renditions, CancellationToken ct)
    {
        var (decider, original) = (new Decider(store, group, new Actor { Name = "renditions" }), renditions.Original!);
        var folder = Directory.CreateDirectory(Path.Combine(settings.WorkFolder, Path.GetRandomFileName())).FullName;
        try
        {
            var path = Path.Combine(folder, original.File);
            await Fetch(original, path, ct);
            await foreach (var made in pictures.Render(path, folder, renditions.Missing(), ct))
            {
                var file = Path.Combine(folder, made.File);
                var rendition = await Uploads.Rendered(file, made, ct);
                await files.Store(rendition.File, file, ct);
                File.Delete(file);
                await decider.Decide<MediaRenditions>(renditions.Id, r => MediaRenditions.Record(r, original.Hash, rendition), ct);
            }
        }
        catch (PictureRefused e)
        {
            Refused(log, renditions.Id, e.Message);
            await decider.Decide<MediaRenditions>(renditions.Id, r => MediaRenditions.Fail(r, original.Hash, e.Message), ct);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Fetch(Original original, string path, CancellationToken ct)
    {
        await using var stored = await files.Open(original.File, ct)
            ?? throw new PictureRefused("The uploaded file is missing. Upload it again.");
        await using var copy = File.Create(path);
        await stored.CopyToAsync(copy, ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The pending renditions could not be made. They will be retried.")]
    private static partial void NotRendered(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An attempt to make {Stream} failed: {Reason}")]
    private static partial void Refused(ILogger log, string stream, string reason);
}
