using System.Net;
using Articles.Media;
using Kit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Integration.Articles;

/// <summary>The files that deleted items and interrupted uploads leave behind.</summary>
public sealed class MediaSweepTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private readonly MediaLibrary _library = new(desk);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_without_an_item_are_removed_after_a_day()
    {
        var id = await _library.Uploaded(SomePicture.Png(seed: 30));
        await _library.Rendered(id);
        (await _library.Upload(id, SomePicture.Png(seed: 31), "*")).Is(HttpStatusCode.NoContent);
        var item = await _library.Rendered(id);
        var needed = _library.Files.Order().ToArray();
        var deleted = await _library.Uploaded(SomePicture.Png(seed: 32));
        await _library.Rendered(deleted);
        var orphan = Path.Combine(desk.Media.FullName, "files", "ab", $"ab{new string('0', 30)}.webp");
        Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
        await File.WriteAllTextAsync(orphan, "an upload that was not recorded", Cancelled);
        await File.WriteAllTextAsync($"{orphan}.tmp", "an interrupted upload", Cancelled);
        (await desk.Editor.Send($"DELETE /api/media/{deleted}", null, "*")).Is(HttpStatusCode.NoContent);
        var sweep = desk.Services.GetRequiredService<SweepMedia>();
        await sweep.Sweep(Cancelled);
        Assert.True(File.Exists(orphan));
        desk.Clock.Advance(TimeSpan.FromDays(2));
        await sweep.Sweep(Cancelled);
        Assert.Equal(needed, _library.Files.Order());
        foreach (var rendition in item.GetProperty("renditions").EnumerateArray())
            Assert.Equal(HttpStatusCode.OK, await desk.Status(rendition.GetProperty("url").GetString()!));
    }
}
