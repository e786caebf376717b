using System.IO.Compression;
using System.Text.RegularExpressions;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// A WordPress export that a client sent: an XML file, or a ZIP archive that contains the XML file and the pictures of the site, usually
/// the folder <c>wp-content/uploads</c>.
/// </summary>
internal sealed partial class WordPressArchive : IAsyncDisposable
{
    private readonly FileStream _received;
    private readonly ZipArchive? _archive;
    private readonly ILookup<string, ZipArchiveEntry> _files;

    private WordPressArchive(FileStream received, ZipArchive? archive, FileStream xml)
    {
        (_received, _archive, Xml) = (received, archive, xml);
        _files = (archive?.Entries ?? []).ToLookup(e => e.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The XML file. It is read twice, because a post refers to its images by the ids of attachments that may follow later.
    /// </summary>
    public FileStream Xml { get; }

    /// <summary>Whether there may be pictures beside the XML file.</summary>
    public bool HasFiles => _archive is not null;

    /// <summary>Receives the body of a request in temporary files.</summary>
    public static async Task<WordPressArchive> Receive(Stream body, CancellationToken ct)
    {
        var received = TemporaryFile.New();
        try
        {
            await body.CopyToAsync(received, ct);
            if (!await IsArchive(received, ct)) return new(received, null, received);
            var archive = new ZipArchive(received, ZipArchiveMode.Read, leaveOpen: true);
            var export = archive.Entries.FirstOrDefault(e => e.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
                ?? throw new Malformed("body", "is an archive without an XML file; add the export file of WordPress to it");
            var xml = TemporaryFile.New();
            await using (var content = export.Open()) await content.CopyToAsync(xml, ct);
            return new(received, archive, xml);
        }
        catch (InvalidDataException)
        {
            await received.DisposeAsync();
            throw new Malformed("body", "is not a readable ZIP archive");
        }
        catch
        {
            await received.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The file of a picture by its address on the old site, in its original size if the archive contains it: the file with the same name
    /// and most folders in common, and at least one unless the name is unique. Null if there is none.
    /// </summary>
    public ZipArchiveEntry? Find(string address)
    {
        if (_archive is null || !Uri.TryCreate(address, UriKind.Absolute, out var uri)) return null;
        var path = Uri.UnescapeDataString(uri.AbsolutePath);
        return Find(OriginalPath(path).Split('/')) ?? Find(path.Split('/'));
    }

    /// <summary>The address of a picture without the size that WordPress appends to the names of smaller copies.</summary>
    public static string OriginalPath(string address) => Size().Replace(address, "");

    public async ValueTask DisposeAsync()
    {
        _archive?.Dispose();
        await Xml.DisposeAsync();
        await _received.DisposeAsync();
    }

    private ZipArchiveEntry? Find(string[] path)
    {
        var found = _files[path[^1]].Select(e => (Entry: e, Common: Common(e.FullName.Split('/'), path))).ToArray();
        return found.Where(f => found.Length == 1 || f.Common > 1).OrderByDescending(f => f.Common).FirstOrDefault().Entry;
    }

    private static int Common(string[] one, string[] other) =>
        Enumerable.Reverse(one).Zip(Enumerable.Reverse(other))
            .TakeWhile(p => string.Equals(p.First, p.Second, StringComparison.OrdinalIgnoreCase))
            .Count();

    private static async Task<bool> IsArchive(FileStream file, CancellationToken ct)
    {
        var start = new byte[4];
        file.Position = 0;
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        file.Position = 0;
        return read == start.Length && start.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[(byte)'P', (byte)'K', 3, 4]);
    }

    [GeneratedRegex(@"-\d{1,5}x\d{1,5}(?=\.[A-Za-z]{3,4}$)")]
    private static partial Regex Size();
}
