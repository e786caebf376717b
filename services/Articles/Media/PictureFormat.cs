using System.Buffers.Binary;
using System.Text;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// Recognises pictures by their content, and refuses files that are something else besides. A picture is only decoded in a process of its
/// own (<see cref="PictureProcess"/>); this class reads no more than the structure of the file.
/// </summary>
internal static class PictureFormat
{
    public const string Jpeg = "image/jpeg", Png = "image/png", WebP = "image/webp", Gif = "image/gif", Avif = "image/avif";
    public const string Field = "picture";
    private const string Rule = "must be a JPEG, PNG, WebP, GIF or AVIF file";
    private const int HeaderLength = 32;
    private static readonly string[] All = [Jpeg, Png, WebP, Gif, Avif];

    /// <summary>The extension of the files of a media type, without a dot.</summary>
    public static string Extension(string type) => type == Jpeg ? "jpg" : type["image/".Length..];

    /// <summary>The media type of a file name's extension; null if it is not one of a picture.</summary>
    public static string? OfExtension(string name) =>
        All.FirstOrDefault(t => name.EndsWith($".{Extension(t)}", StringComparison.Ordinal));

    /// <summary>The media type of a picture.</summary>
    /// <exception cref="Malformed">The file is not a picture of a known type, is incomplete, or contains something else.</exception>
    public static string Identify(Stream file, string? declared)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        file.Position = 0;
        var read = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (read == 0) throw new Malformed(Field, "is empty");
        if (Known(header[..read]) is not { } type)
            throw new Malformed(Field, IsMarkup(header[..read]) ? $"{Rule}, and not SVG or HTML" : Rule);
        if (declared is not null && declared != type && declared.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            && !(type == Jpeg && declared.Equals("image/jpg", StringComparison.OrdinalIgnoreCase)))
            throw new Malformed(Field, $"is declared as {PlainName(declared)}, but is {type}");
        var end = PictureEnd.Of(file, type) ?? throw new Malformed(Field, "is truncated or damaged; upload the complete file");
        if (end < file.Length && (type != Jpeg || !PictureEnd.IsOfCamera(file, end)))
            throw new Malformed(Field, "contains other data after the picture; save the picture again with an image editor");
        if (ForeignContent.IsIn(file))
            throw new Malformed(Field, "contains script, markup or an archive; save the picture again with an image editor");
        return type;
    }

    private static string? Known(ReadOnlySpan<byte> header)
    {
        if (header.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return Jpeg;
        if (header.StartsWith(PngSignature)) return Png;
        if (header.StartsWith("GIF87a"u8) || header.StartsWith("GIF89a"u8)) return Gif;
        if (header.Length >= 12 && header.StartsWith("RIFF"u8) && header[8..12].SequenceEqual("WEBP"u8)) return WebP;
        return header.Length >= 12 && header[4..8].SequenceEqual("ftyp"u8) && IsAvif(header) ? Avif : null;
    }

    /// <summary>The first bytes of every PNG file.</summary>
    public static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // The major brand, or a compatible brand in the rest of the header.
    private static bool IsAvif(ReadOnlySpan<byte> header)
    {
        var length = Math.Min(header.Length, BinaryPrimitives.ReadInt32BigEndian(header));
        for (var at = 8; at + 4 <= length; at += 4)
            if (header.Slice(at, 4).SequenceEqual("avif"u8)) return true;
        return false;
    }

    private static bool IsMarkup(ReadOnlySpan<byte> header) => Encoding.UTF8.GetString(header).TrimStart('\uFEFF', ' ', '\r', '\n', '\t')
        .StartsWith('<');

    private static string PlainName(string declared) =>
        string.Concat(declared.Take(40).Where(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '+' or '.'));
}
