using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// A file that a client sent, in a temporary file that is deleted in the end. <c>Name</c> and <c>Type</c> are what the client calls it.
/// </summary>
internal sealed class ReceivedFile : IDisposable
{
    /// <summary>
    /// How much of a body that is too large is still read, so that a client that does not read the answer while it sends still gets it.
    /// </summary>
    private const long MaxDrained = 256L * 1024 * 1024;

    private ReceivedFile(string path) => Path = path;

    public string Path { get; }
    /// <summary>The SHA-256 of the content in hexadecimal.</summary>
    public string Hash { get; private set; } = "";
    public long Bytes { get; private set; }
    public string? Name { get; private init; }
    public string? Type { get; private init; }

    /// <summary>Receives the body of a request.</summary>
    public static Task<ReceivedFile> OfBody(HttpContext http, MediaSettings settings, CancellationToken ct)
    {
        LiftLimit(http);
        var file = new ReceivedFile(NewPath(settings)) { Type = MediaType(http.Request.ContentType) };
        return file.Receive(http.Request.Body, http.Request.ContentLength, settings.MaxBytes, ct);
    }

    /// <summary>Reads a file of an archive.</summary>
    public static Task<ReceivedFile> OfStream(Stream content, MediaSettings settings, CancellationToken ct) =>
        new ReceivedFile(NewPath(settings)).Receive(content, null, settings.MaxBytes, ct);

    /// <summary>Receives the first file of a form.</summary>
    public static async Task<ReceivedFile> OfForm(HttpContext http, MediaSettings settings, CancellationToken ct)
    {
        LiftLimit(http);
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 100 } boundary)
            throw new Malformed("Content-Type", "must be multipart/form-data; or send the file itself with PUT /api/media/{id}");
        var reader = new MultipartReader(boundary, http.Request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(ct) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var part)) continue;
                if (!part.IsFileDisposition()) continue;
                var name = HeaderUtilities.RemoveQuotes(part.FileNameStar.HasValue ? part.FileNameStar : part.FileName).Value;
                var file = new ReceivedFile(NewPath(settings)) { Name = name, Type = MediaType(section.ContentType) };
                return await file.Receive(section.Body, null, settings.MaxBytes, ct);
            }
        }
        catch (Exception e) when (e is InvalidDataException || IsEndOfStream(e))
        {
            throw new Malformed("body", "is not a complete form of the type multipart/form-data");
        }
        throw new Malformed(PictureFormat.Field, "is missing; send the file as a part of the form with a file name");
    }

    /// <summary>Opens the file for reading.</summary>
    public FileStream Open() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read);

    public void Dispose() => File.Delete(Path);

    private async Task<ReceivedFile> Receive(Stream body, long? length, long limit, CancellationToken ct)
    {
        try
        {
            if (length > limit) await Refuse(body, limit, ct);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
            try
            {
                await using var file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true);
                for (int read; (read = await body.ReadAsync(buffer, ct)) > 0;)
                {
                    Bytes += read;
                    if (Bytes > limit) await Refuse(body, limit, ct);
                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), ct);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
            Hash = Convert.ToHexStringLower(hash.GetCurrentHash());
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private static async Task Refuse(Stream body, long limit, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        long drained = 0;
        for (int read; drained < MaxDrained && (read = await body.ReadAsync(buffer, ct)) > 0;) drained += read;
        throw new TooLarge(limit);
    }

    // The size is limited here, and by another number than for other bodies.
    private static void LiftLimit(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
    }

    private static string? MediaType(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null;

    // The reader of forms throws this for a body that ends before its last boundary.
    private static bool IsEndOfStream(Exception e) =>
        e is IOException and not BadHttpRequestException && e.Message.Contains("end of Stream", StringComparison.OrdinalIgnoreCase);

    private static string NewPath(MediaSettings settings) =>
        System.IO.Path.Combine(settings.WorkFolder, System.IO.Path.GetRandomFileName());
}
