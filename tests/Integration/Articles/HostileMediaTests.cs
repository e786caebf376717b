using Kit;
using Xunit;

namespace Integration.Articles;

/// <summary>Files that the media library refuses.</summary>
public sealed class HostileMediaTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private static readonly byte[] Zip = [.. "PK"u8, 5, 6, .. new byte[18]];
    private readonly MediaLibrary _library = new(desk);

    public static TheoryData<string, byte[], string> Hostile { get; } = new()
    {
        { "empty", [], "is empty" },
        { "text", "hello"u8.ToArray(), "must be a JPEG" },
        { "page", "<!doctype html><script>alert(1)</script>"u8.ToArray(), "not SVG or HTML" },
        { "drawing", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray(), "not SVG or HTML" },
        { "document", "%PDF-1.7"u8.ToArray(), "must be a JPEG" },
        { "archive", Zip, "must be a JPEG" },
        { "program", [0x7F, .. "ELF"u8, .. new byte[100]], "must be a JPEG" },
        { "film", [0, 0, 0, 16, .. "ftypisom"u8, .. new byte[4]], "must be a JPEG" },
        { "truncated", SomePicture.Png()[..500], "truncated" },
        { "truncated inside", SomePicture.Png(300, 300, new byte[1000]), "truncated or damaged" },
        { "damaged data", Damaged(), "truncated or damaged" },
        { "no picture in a JPEG", SomePicture.JpegStructure(), "truncated or damaged" },
        { "bomb", SomePicture.Png(40_000, 40_000, new byte[100_000]), "40000 x 40000 pixels" },
        { "bomb with few bytes", SomePicture.Gif(65_535, 65_535), "pixels" },
        { "strip", SomePicture.Png(1000, 20), "times as wide" },
        { "dot", SomePicture.Png(1, 1), "at least 16 pixels" },
        { "picture and archive", [.. SomePicture.Png(), .. Zip], "other data after the picture" },
        { "picture and page", [.. SomePicture.Gif(), .. "<script>alert(1)</script>"u8], "other data after the picture" },
        { "picture and program", SomePicture.PngWithText("<?php system('id') ?>"), "script, markup or an archive" },
        { "picture and script", SomePicture.JpegStructure("*/=alert(1)/*<script>"), "script, markup or an archive" },
        { "film named AVIF", [0, 0, 0, 16, .. "ftypavif"u8, .. new byte[4]], "truncated or damaged" },
    };

    [Fact]
    public async Task Hostile_files_are_refused_with_the_reason_and_leave_nothing_behind()
    {
        var events = await desk.EventsStored();
        Assert.InRange(Hostile.Count, 20, 100);
        foreach (var row in Hostile)
        {
            var (name, content, reason) = row.Data;
            var answer = await _library.Upload(Guid.CreateVersion7(), content, name: name);
            Assert.True(answer.Body.Contains(reason, StringComparison.Ordinal), $"{name}: {(int)answer.Status} {answer.Body}");
            answer.IsProblem(400, "picture");
        }
        (await _library.Upload(Guid.CreateVersion7(), SomePicture.Png(), type: "image/webp")).IsProblem(400, "but is image/png");
        Assert.Empty(_library.Files);
        Assert.Equal(events, await desk.EventsStored());
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_although_the_client_sends_all_of_it()
    {
        var body = new byte[100 * 1024 * 1024];
        SomePicture.Png().CopyTo(body, 0);
        (await _library.Upload(Guid.CreateVersion7(), body)).IsProblem(413, "20971520 bytes");
        Assert.Empty(_library.Files);
    }

    [Fact]
    public async Task A_form_that_is_too_large_or_incomplete_is_refused()
    {
        using var large = new MultipartFormDataContent { { new ByteArrayContent(new byte[21 * 1024 * 1024]), "file", "large.png" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/media") { Content = large };
        (await _library.Sent(request)).IsProblem(413);
        var incomplete = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nPNG"u8.ToArray();
        using var broken = new HttpRequestMessage(HttpMethod.Post, "/api/media") { Content = new ByteArrayContent(incomplete) };
        broken.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        (await _library.Sent(broken)).IsProblem(400);
        Assert.Empty(_library.Files);
    }

    private static byte[] Damaged()
    {
        var png = SomePicture.Png();
        png[png.Length / 2] ^= 0xFF; // inside the compressed pixels, which their checksum shows
        return png;
    }
}
