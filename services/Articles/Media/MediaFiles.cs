namespace Articles.Media;

/// <summary>A stored file, and when it was stored.</summary>
public sealed record StoredFile(string Name, DateTimeOffset StoredAt);

/// <summary>
/// The files of the media library. Their names are derived from their content, so a file never changes, and storing it again is harmless.
/// </summary>
public interface IMediaFiles
{
    /// <summary>Stores a copy of a local file. When this returns, the copy survives a crash.</summary>
    Task Store(string name, string path, CancellationToken ct);

    /// <summary>Opens a file; null if there is none with this name.</summary>
    Task<Stream?> Open(string name, CancellationToken ct);

    Task Delete(string name, CancellationToken ct);

    /// <summary>All files in no particular order.</summary>
    IAsyncEnumerable<StoredFile> List(CancellationToken ct);
}

/// <summary>Stores files in a folder, in subfolders by the first two characters of their names.</summary>
public sealed class FolderFiles(MediaSettings settings) : IMediaFiles
{
    private readonly string _folder = Path.Combine(settings.Folder, "files");

    public async Task Store(string name, string path, CancellationToken ct)
    {
        var target = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        // Readers never see an incomplete file, because it gets its name only when it is complete and on the disk.
        var incomplete = $"{target}.{Path.GetRandomFileName()}";
        try
        {
            await using (var from = File.OpenRead(path))
            await using (var to = new FileStream(incomplete, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await from.CopyToAsync(to, ct);
                to.Flush(flushToDisk: true);
            }
            File.Move(incomplete, target, overwrite: true);
        }
        catch
        {
            File.Delete(incomplete);
            throw;
        }
    }

    public Task<Stream?> Open(string name, CancellationToken ct)
    {
        try
        {
            return Task.FromResult<Stream?>(
                new FileStream(
                    PathOf(name),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    bufferSize: 0,
                    FileOptions.Asynchronous | FileOptions.SequentialScan));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task Delete(string name, CancellationToken ct)
    {
        var path = PathOf(name);
        if (File.Exists(path)) File.Delete(path);
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<StoredFile> List(CancellationToken ct) => Directory.Exists(_folder)
        ? new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => new StoredFile(file.Name, new(file.LastWriteTimeUtc, TimeSpan.Zero)))
            .ToAsyncEnumerable()
        : AsyncEnumerable.Empty<StoredFile>();

    private string PathOf(string name) => Path.Combine(_folder, name[..2], name);
}
