using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// Deletes files that no item refers to: those of deleted items, and those of uploads and renditions that were interrupted before their
/// event was stored. A file is deleted only if it was stored more than a day ago, because an upload stores its files before its event.
/// </summary>
public sealed partial class SweepMedia(
    NpgsqlDataSource database,
    LockSessions locks,
    IMediaFiles files,
    MediaSettings settings,
    TimeProvider clock,
    ILogger<SweepMedia> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1), MinAge = TimeSpan.FromDays(1);

    // A name occurs in a document as a file, or as the hash of an original.
    private const string Referenced =
        """
        select distinct substring(name from 2 for length(name) - 2) from (
          select data::text as data from articles.mt_doc_mediaitem
          union all select data::text from articles.mt_doc_mediarenditions) documents,
        regexp_matches(data, '"[0-9a-f]{32}(?:[0-9a-f]{32})?[."]', 'g') found, unnest(found) name
        """;

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        PeriodicWork.Repeat(Interval, clock, Sweep, e => NotSwept(log, e), stoppingToken);

    /// <summary>Deletes the files that are not needed, unless another replica is doing this.</summary>
    public async Task Sweep(CancellationToken ct)
    {
        await using var exclusive = await locks.Acquire("media-files", ct);
        if (exclusive is null) return;
        using var held = CancellationTokenSource.CreateLinkedTokenSource(ct, exclusive.Lost);
        var oldest = clock.GetUtcNow() - MinAge;
        var old = new List<StoredFile>();
        await foreach (var file in files.List(held.Token))
            if (file.StoredAt < oldest) old.Add(file);
        // Read after the files were listed: a file that was stored before this has its event by now, or is younger than a day.
        var needed = old.Count == 0 ? [] : (await database.Rows(Referenced, row => row.GetString(0), held.Token)).ToHashSet();
        foreach (var file in old.Where(f => !needed.Contains(f.Name.Split('.')[0]) || f.Name.Count(c => c == '.') > 1))
        {
            await files.Delete(file.Name, held.Token);
            Deleted(log, file.Name);
        }
        var work = new DirectoryInfo(settings.WorkFolder);
        foreach (var left in work.EnumerateFileSystemInfos().Where(f => f.LastWriteTimeUtc < oldest).ToArray())
            if (left is DirectoryInfo folder) folder.Delete(recursive: true);
            else left.Delete();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the file {Name}, to which no picture refers.")]
    private static partial void Deleted(ILogger log, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not delete unneeded files. This will be retried.")]
    private static partial void NotSwept(ILogger log, Exception e);
}
