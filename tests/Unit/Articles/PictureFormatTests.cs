using Articles.Media;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Articles;

public class PictureFormatTests
{
    private static readonly byte[] WebP = [.. "RIFF"u8, 12, 0, 0, 0, .. "WEBPVP8 "u8, 0, 0, 0, 0];
    private static readonly byte[] Avif = [0, 0, 0, 16, .. "ftypavif"u8, 0, 0, 0, 0, 0, 0, 0, 12, .. "mdat"u8, 1, 2, 3, 4];
    private static readonly byte[] Zip = [.. "PK"u8, 5, 6, .. new byte[18]];

    public static TheoryData<byte[], string> Pictures { get; } = new()
    {
        { SomePicture.Png(), "image/png" },
        { SomePicture.Gif(), "image/gif" },
        { SomePicture.JpegStructure(), "image/jpeg" },
        { WebP, "image/webp" },
        { Avif, "image/avif" },
        { [.. SomePicture.JpegStructure(), 0, 0, 0], "image/jpeg" }, // padding
        { [.. SomePicture.JpegStructure(), 0, .. SomePicture.JpegStructure()], "image/jpeg" }, // several pictures, as phones make them
        { [.. SomePicture.JpegStructure(), .. Avif], "image/jpeg" }, // a moving photo
    };

    public static TheoryData<string, byte[]> Others { get; } = new()
    {
        { "is empty", [] },
        { "must be a JPEG", [.. "hello, world"u8] },
        { "not SVG or HTML", [.. "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8] },
        { "not SVG or HTML", [.. "\uFEFF  <!doctype html><p>x</p>"u8] },
        { "must be a JPEG", [.. "%PDF-1.7 and so on"u8] },
        { "must be a JPEG", Zip },
        { "must be a JPEG", [0, 0, 0, 16, .. "ftypisom"u8, 0, 0, 0, 0] },
        { "truncated", SomePicture.Png()[..^13] },
        { "truncated", SomePicture.Png()[..20] },
        { "truncated", SomePicture.JpegStructure()[..^2] },
        { "truncated", SomePicture.Gif()[..^1] },
        { "truncated", WebP[..^1] },
        { "truncated", Avif[..^1] },
        { "other data after the picture", [.. SomePicture.Png(), .. Zip] },
        { "other data after the picture", [.. SomePicture.Gif(), .. "<b>"u8] },
        { "other data after the picture", [.. SomePicture.JpegStructure(), .. "<b>hidden</b>"u8] },
        { "other data after the picture", [.. WebP, 1] },
        { "other data after the picture", [.. Avif, .. "\0\0\0\u000Cevil1234"u8] },
        { "script, markup or an archive", SomePicture.JpegStructure("*/=alert(1)/*<ScRiPt>") },
        { "script, markup or an archive", SomePicture.PngWithText("<?php echo 1 ?>") },
        { "script, markup or an archive", SomePicture.JpegStructure("%PDF-1.7") },
        { "script, markup or an archive", [.. SomePicture.JpegStructure(), .. SomePicture.JpegStructure("PK\u0005\u0006")] },
    };

    [Theory]
    [MemberData(nameof(Pictures), DisableDiscoveryEnumeration = true)]
    public void A_picture_is_recognised_by_its_content(byte[] content, string type) => Assert.Equal(type, Identify(content));

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void A_file_that_is_something_else_or_also_something_else_is_refused(string reason, byte[] content) =>
        Assert.Contains(reason, Assert.Throws<Malformed>(() => Identify(content)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("image/png", null)]
    [InlineData("application/octet-stream", null)]
    [InlineData("image/webp", "is declared as image/webp, but is image/png")]
    [InlineData("image/<b>", "is declared as image/b, but is image/png")]
    public void A_declared_type_must_be_the_actual_one(string declared, string? refusal)
    {
        if (refusal is null) Assert.Equal("image/png", Identify(SomePicture.Png(), declared));
        else Assert.Equal(refusal, Assert.Throws<Malformed>(() => Identify(SomePicture.Png(), declared)).Message);
    }

    [Fact]
    public void Foreign_content_is_found_across_the_borders_of_the_chunks_in_which_a_file_is_read()
    {
        for (var at = 64 * 1024 - 80; at < 64 * 1024; at++)
        {
            var text = new string('.', at) + "<script" + new string('.', 100);
            Assert.Throws<Malformed>(() => Identify(SomePicture.PngWithText(text)));
        }
    }

    private static string Identify(byte[] content, string? declared = null)
    {
        using var file = new MemoryStream(content);
        return PictureFormat.Identify(file, declared);
    }
}
