using System.Globalization;
using System.Text.Json;
using NetVips;

namespace Articles.Media;

/// <summary>
/// One line of the output of <see cref="PictureProgram"/>: a file that was made, or the reason why the picture is refused.
/// <c>PictureWidth</c> and <c>PictureHeight</c> are the size of the picture as it is shown.
/// </summary>
internal sealed record PictureAnswer(
    string File = "", string Type = "", int Width = 0, int Height = 0, int PictureWidth = 0, int PictureHeight = 0, string? Refused = null)
{
    public const string Damaged = "is truncated or damaged, and cannot be decoded";
    public const string TooCostly = "takes too much memory or time to decode; save it again with fewer pixels";
}

/// <summary>
/// Decodes a picture and makes renditions of it. Runs in a process of its own, which <see cref="PictureProcess"/> starts:
/// <c>picture FILE FOLDER MEGAPIXELS MEGABYTES SECONDS [WIDTH.EXTENSION...]</c>. Without renditions it makes the preview. It turns the
/// picture as its metadata say, converts its colours to sRGB, and removes all metadata.
/// </summary>
internal static class PictureProgram
{
    public const string Verb = "picture";

    /// <summary>The largest width of the preview, which is the picture for readers without support for newer formats.</summary>
    private const int PreviewWidth = 1280;

    private const int MinSide = 16, MaxRatio = 8, AnyHeight = 10_000_000;
    private static readonly HashSet<string> Loaders = ["jpegload", "pngload", "webpload", "gifload", "heifload"];

    public static int Run(string[] args)
    {
        try
        {
            ProcessLimits.Apply(long.Parse(args[4], CultureInfo.InvariantCulture), ulong.Parse(args[5], CultureInfo.InvariantCulture));
            global::NetVips.NetVips.BlockUntrusted = true;
            global::NetVips.NetVips.Concurrency = 1;
            Cache.Max = 0;
            Make(args[1], args[2], long.Parse(args[3], CultureInfo.InvariantCulture), args[6..]);
        }
        catch (VipsException e)
        {
            Console.Error.WriteLine(e.Message);
            Answer(new() { Refused = PictureAnswer.Damaged });
        }
        catch (PictureRefused e)
        {
            Answer(new() { Refused = e.Message });
        }
        return 0;
    }

    private static void Make(string path, string folder, long megapixels, string[] renditions)
    {
        var (width, height) = Size(path, megapixels);
        if (renditions.Length == 0)
        {
            using var preview = Decode(path, Math.Min(PreviewWidth, width));
            Answer(Save(preview, folder, $"{preview.Width}.{PictureFormat.Extension(PictureFormat.Jpeg)}", width, height));
            return;
        }
        var planned = renditions.Select(r => (Name: r, Width: int.Parse(r.Split('.')[0], CultureInfo.InvariantCulture))).ToArray();
        // The picture is decoded once, and smaller renditions are made from the largest.
        using var decoded = Decode(path, planned.Max(p => p.Width));
        using var largest = decoded.CopyMemory();
        foreach (var size in planned.GroupBy(p => p.Width).OrderBy(s => s.Key))
        {
            using var picture = size.Key == largest.Width
                ? largest.Copy()
                : largest.ThumbnailImage(size.Key, height: AnyHeight, size: Enums.Size.Down);
            foreach (var (name, _) in size) Answer(Save(picture, folder, name, width, height));
        }
    }

    private static (int Width, int Height) Size(string path, long megapixels)
    {
        using var header = Image.NewFromFile(path, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
        var loader = (string)header.Get("vips-loader");
        if (!Loaders.Any(l => loader.StartsWith(l, StringComparison.Ordinal))) throw new PictureRefused(PictureAnswer.Damaged);
        var isTurned = header.Contains("orientation") && (int)header.Get("orientation") >= 5;
        var (width, height) = isTurned ? (header.Height, header.Width) : (header.Width, header.Height);
        if ((long)width * height > megapixels * 1_000_000)
            throw new PictureRefused($"has {width} x {height} pixels; at most {megapixels} million are accepted");
        if (Math.Min(width, height) < MinSide) throw new PictureRefused($"must be at least {MinSide} pixels wide and high");
        if (Math.Max(width, height) > MaxRatio * Math.Min(width, height))
            throw new PictureRefused($"must be at most {MaxRatio} times as wide as high, and the other way round");
        return (width, height);
    }

    private static Image Decode(string path, int width) => Image.Thumbnail(
        path, width, height: AnyHeight, size: Enums.Size.Down, outputProfile: "srgb", failOn: Enums.FailOn.Error);

    private static PictureAnswer Save(Image picture, string folder, string name, int width, int height)
    {
        var file = System.IO.Path.Combine(folder, name);
        var type = PictureFormat.OfExtension(name)!;
        if (type == PictureFormat.Avif)
            picture.Heifsave(
                file, q: 55, bitdepth: 8, compression: Enums.ForeignHeifCompression.Av1, effort: 4, keep: Enums.ForeignKeep.None);
        else if (type == PictureFormat.WebP)
            picture.Webpsave(file, q: 80, smartSubsample: true, effort: 4, keep: Enums.ForeignKeep.None);
        else
        {
            using var opaque = picture.HasAlpha() ? picture.Flatten(background: [255, 255, 255]) : picture.Copy();
            opaque.Jpegsave(file, q: 82, optimizeCoding: true, interlace: true, keep: Enums.ForeignKeep.None);
        }
        return new(name, type, picture.Width, picture.Height, width, height);
    }

    private static void Answer(PictureAnswer answer) => Console.Out.WriteLine(JsonSerializer.Serialize(answer));
}
