using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Articles.Media;
using Integration.Replays;
using Kit;
using Xunit;

namespace Integration.Articles;

/// <summary>
/// If the service is killed during uploads and renditions, every upload that was answered is complete, every other one can be repeated, and
/// the remaining renditions are made by the next process.
/// </summary>
public sealed class KilledMediaTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private const int Pictures = 12, Kills = 3;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_and_nothing_is_incomplete_after_the_service_was_killed()
    {
        await desk.Stop(desk.Replicas[0]); // so that only the processes below make renditions
        var uploads = Enumerable.Range(0, Pictures).ToDictionary(_ => Guid.CreateVersion7(), i => SomePicture.Png(900, 600, 100 + i));
        var answered = new HashSet<Guid>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = await Process($"killed-{kill}");
            using var editor = process.Client("editor");
            var sending = uploads.Where(u => !answered.Contains(u.Key)).Take(4).Select(u => Send(editor, u.Key, u.Value)).ToArray();
            await Task.WhenAny(sending);
            process.Kill();
            foreach (var id in await Task.WhenAll(sending))
                if (id is { } stored) answered.Add(stored);
        }
        using var last = await Process("last");
        using var next = last.Client("editor");
        foreach (var id in answered) Assert.Equal(HttpStatusCode.OK, (await next.GetAsync($"/api/media/{id}", Cancelled)).StatusCode);
        foreach (var (id, picture) in uploads) Assert.Equal(id, await Send(next, id, picture)); // repeated, or for the first time
        foreach (var (id, picture) in uploads)
        {
            var item = await Rendered(next, id);
            Assert.Equal(item.GetProperty("planned").GetInt32(), item.GetProperty("made").GetInt32());
            foreach (var rendition in item.GetProperty("renditions").EnumerateArray())
                Assert.NotEmpty(await next.GetByteArrayAsync(rendition.GetProperty("url").GetString(), Cancelled));
            Assert.Equal(picture, await next.GetByteArrayAsync($"/api/media/{id}/original", Cancelled));
        }
        await desk.Replica();
        await desk.AssertReadModelEqualsStreams<MediaItem>("media-");
        await desk.AssertReadModelEqualsStreams<MediaRenditions>("renditions-");
        using var admin = desk.Client("admin");
        foreach (var model in new[] { "media-item", "media-renditions", "media-references" })
            Assert.Equal(0, (await admin.Replays("articles", $"readModel:{model}", "verify")).Comparison!.Differences());
    }

    /// <summary>Uploads a picture, and returns its id if the service confirmed it.</summary>
    private static async Task<Guid?> Send(HttpClient editor, Guid id, byte[] picture)
    {
        try
        {
            using var content = new ByteArrayContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
            using var answer = await editor.PutAsync($"/api/media/{id}?name=picture.png", content, Cancelled);
            return answer.IsSuccessStatusCode ? id : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<JsonElement> Rendered(HttpClient editor, Guid id)
    {
        JsonElement item = default;
        await Eventually.IsTrue(
            async () =>
                (item = await editor.Get<JsonElement>($"/api/media/{id}")).GetProperty("state").GetString() == "ready",
            $"the renditions of {id} are made",
            TimeSpan.FromSeconds(120));
        return item;
    }

    private Task<ServiceProcess> Process(string name) => ServiceProcess.Start(
        "Articles", desk.Servers.Database, desk.Servers.Bus, name, null, ("Media__Folder", desk.Media.FullName));
}
