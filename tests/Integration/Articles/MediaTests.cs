using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Articles.Media;
using Kit;
using Xunit;

namespace Integration.Articles;

/// <summary>The media library: uploads, descriptions, renditions, usage and deletion.</summary>
public sealed class MediaTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private readonly MediaLibrary _library = new(desk);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_gets_renditions_in_two_formats_that_are_never_wider_than_it_is()
    {
        var id = await _library.Uploaded(SomePicture.Png(700, 400, 1));
        var item = await _library.Rendered(id);
        Assert.Equal(("hall.png", "image/png", 700, 400), Facts(item));
        Assert.Equal((8, 8), (item.GetProperty("made").GetInt32(), item.GetProperty("planned").GetInt32()));
        var renditions = item.GetProperty("renditions").EnumerateArray().ToArray();
        Assert.Equal(
            ["image/avif 320", "image/avif 480", "image/avif 640", "image/avif 700", "image/jpeg 700", "image/webp 320", "image/webp 480",
                "image/webp 640", "image/webp 700"],
            renditions.Select(r => $"{r.GetProperty("type").GetString()} {r.GetProperty("width").GetInt32()}"));
        foreach (var rendition in renditions)
        {
            using var answer = await desk.Answer(rendition.GetProperty("url").GetString()!);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(rendition.GetProperty("type").GetString(), answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
            Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Cancelled)).Length, 50, 100_000);
        }
        await desk.AssertReadModelEqualsStreams<MediaItem>("media-");
        await desk.AssertReadModelEqualsStreams<MediaRenditions>("renditions-");
    }

    [Fact]
    public async Task A_turned_picture_is_shown_upright_and_without_its_metadata()
    {
        var upright = await _library.Uploaded(SomePicture.Png(640, 320, 2));
        var jpeg = await desk.Reader.GetByteArrayAsync((await _library.Get(upright)).GetProperty("url").GetString(), Cancelled);
        var turned = SomePicture.TurnedInAstana(jpeg);
        var item = await _library.Rendered(await _library.Uploaded(turned, "turned.jpg"));
        Assert.Equal(("turned.jpg", "image/jpeg", 320, 640), Facts(item));
        foreach (var rendition in item.GetProperty("renditions").EnumerateArray())
        {
            Assert.Equal(rendition.GetProperty("width").GetInt32() * 2, rendition.GetProperty("height").GetInt32());
            var content = await desk.Reader.GetByteArrayAsync(rendition.GetProperty("url").GetString(), Cancelled);
            Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(content), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Uploading_the_same_file_again_changes_nothing_and_another_one_needs_the_version()
    {
        var id = Guid.CreateVersion7();
        (await _library.Upload(id, SomePicture.Png(seed: 3))).Is(HttpStatusCode.Created);
        (await _library.Upload(id, SomePicture.Png(seed: 3))).Is(HttpStatusCode.NoContent);
        (await _library.Upload(id, SomePicture.Png(seed: 4))).IsProblem(428);
        var before = await _library.Rendered(id);
        (await _library.Upload(id, SomePicture.Png(seed: 4), "\"7\"")).IsProblem(412);
        (await _library.Upload(id, SomePicture.Png(seed: 4), "\"1\"")).Is(HttpStatusCode.NoContent);
        var after = await _library.Rendered(id);
        Assert.NotEqual(before.GetProperty("url").GetString(), after.GetProperty("url").GetString());
        foreach (var rendition in before.GetProperty("renditions").EnumerateArray()) // old addresses continue to work
            Assert.Equal(HttpStatusCode.OK, await desk.Status(rendition.GetProperty("url").GetString()!));
    }

    [Fact]
    public async Task A_form_uploads_its_first_file_once_for_each_key()
    {
        async Task<Answer> Send(string key)
        {
            using var form = new MultipartFormDataContent();
            form.Add(new StringContent("ignored"), "comment");
            var file = new ByteArrayContent(SomePicture.Png(seed: 5)) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
            form.Add(file, "file", "зал.png");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/media") { Content = form };
            request.Headers.Add("Idempotency-Key", key);
            return await _library.Sent(request);
        }

        var key = $"{Guid.CreateVersion7()}";
        var made = (await Send(key)).Is(HttpStatusCode.Created).As<JsonElement>();
        Assert.Equal((key, "зал.png"), (made.GetProperty("id").GetString(), made.GetProperty("name").GetString()));
        Assert.Equal(key, (await Send(key)).Is(HttpStatusCode.Created).As<JsonElement>().GetProperty("id").GetString());
        using var empty = new MultipartFormDataContent { { new StringContent("text"), "comment" } };
        using var without = new HttpRequestMessage(HttpMethod.Post, "/api/media") { Content = empty };
        (await _library.Sent(without)).IsProblem(400, "picture");
        (await desk.Editor.Send("POST /api/media", new { })).IsProblem(400, "multipart/form-data");
    }

    [Fact]
    public async Task A_picture_is_described_renamed_and_found()
    {
        var id = await _library.Uploaded(SomePicture.Png(seed: 6), "first.png");
        var word = Some.Word("hall");
        var description = new { alt = new { en = "A hall", ru = "Зал" }, caption = new { en = word }, credit = "Ann", focalX = 0.25 };
        (await desk.Editor.Send($"PUT /api/media/{id}/description", description)).IsProblem(428);
        (await desk.Editor.Send($"PUT /api/media/{id}/description", description, "\"1\"")).Is(HttpStatusCode.NoContent);
        (await desk.Editor.Send($"PUT /api/media/{id}/description", description, "\"2\"")).Is(HttpStatusCode.NoContent);
        (await desk.Editor.Send($"PUT /api/media/{id}/name", new { name = "second.png" }, "\"2\"")).Is(HttpStatusCode.NoContent);
        (await desk.Editor.Send($"PUT /api/media/{id}/description", new { alt = new { de = "Saal" } }, "*")).IsProblem(400, "alt.de");
        (await desk.Editor.Send($"PUT /api/media/{id}/description", new { focalX = 1.5 }, "*")).IsProblem(400, "focalX");
        var item = await _library.Get(id);
        Assert.Equal(("second.png", "Ann", 0.25, 0.5, 3), (
            item.GetProperty("name").GetString(), item.GetProperty("credit").GetString(), item.GetProperty("focalX").GetDouble(),
            item.GetProperty("focalY").GetDouble(), item.GetProperty("version").GetInt64()));
        Assert.Equal([id], await Found($"q={word}"));
        Assert.Equal([id], await Found("q=SECOND.p"));
        Assert.Empty(await Found("q=first.png"));
        Assert.Empty(await Found("q=%25%25nothing"));
        Assert.Contains(id, await Found("unused=true"));
    }

    [Fact]
    public async Task Renditions_that_are_being_made_do_not_change_the_version_that_an_editor_has_seen()
    {
        var id = await _library.Uploaded(SomePicture.Png(seed: 7));
        Assert.Equal(1, (await _library.Rendered(id)).GetProperty("version").GetInt64());
        (await desk.Editor.Send($"PUT /api/media/{id}/name", new { name = "x.png" }, "\"1\"")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_list_is_paged_newest_first()
    {
        for (var i = 0; i < 3; i++) await _library.Uploaded(SomePicture.Png(seed: 10 + i), $"paged-{i}.png");
        var names = (await desk.Editor.Walk<JsonElement>("/api/media?q=paged-&limit=2")).Select(i => i.GetProperty("name").GetString());
        Assert.Equal(["paged-2.png", "paged-1.png", "paged-0.png"], names);
    }

    [Fact]
    public async Task A_used_picture_is_deleted_only_on_purpose_and_articles_are_shown_without_it()
    {
        var id = await _library.Uploaded(SomePicture.Png(seed: 20));
        var article = await _library.Published(id);
        var body = $"<p>Text</p><img src=\"/media/items/{id}\" alt=\"A hall\">";
        var draft = await desk.Drafted(Newsroom.Body(Newsroom.English(body: body)));
        var usage = await desk.Get($"/api/media/{id}/usage", desk.Editor);
        Assert.Equal(2, usage.GetProperty("articles").GetInt32());
        Assert.Equal(
            new[] { (article, true), (draft, false) }.Order(),
            usage.GetProperty("items").EnumerateArray()
                .Select(i => (i.GetProperty("id").GetGuid(), i.GetProperty("published").GetBoolean())).Order());
        Assert.DoesNotContain(id, await Found("unused=true"));
        (await desk.Editor.Send($"DELETE /api/media/{id}", null, "*")).IsProblem(409, "used in 2 articles");
        Assert.True((await desk.Get($"/api/articles/{article}")).TryGetProperty("cover", out _));
        (await desk.Editor.Send($"DELETE /api/media/{id}?force=true", null, "*")).Is(HttpStatusCode.NoContent);
        (await desk.Editor.Send($"DELETE /api/media/{id}?force=true", null, "*")).Is(HttpStatusCode.NoContent);
        Assert.False((await desk.Get($"/api/articles/{article}")).TryGetProperty("cover", out _));
        Assert.Equal(HttpStatusCode.NotFound, await desk.Status($"/media/items/{id}"));
        Assert.Equal(HttpStatusCode.NotFound, await desk.Status($"/api/media/{id}", desk.Editor));
        (await _library.Upload(id, SomePicture.Png(seed: 21), "*")).IsProblem(409, "was deleted");
    }

    [Fact]
    public async Task An_original_is_for_editors_only_and_always_a_download()
    {
        var picture = SomePicture.Png(seed: 22);
        var id = await _library.Uploaded(picture, "own name.png");
        Assert.Equal(HttpStatusCode.Unauthorized, await desk.Status($"/api/media/{id}/original"));
        Assert.Equal(HttpStatusCode.Unauthorized, await desk.Status($"/api/media/{id}"));
        using var answer = await desk.Editor.GetAsync($"/api/media/{id}/original", Cancelled);
        Assert.Equal(picture, await answer.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(("attachment", "own name.png"), (
            answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileName?.Trim('"')));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(picture));
        Assert.Equal(HttpStatusCode.NotFound, await desk.Status($"/media/{hash}.png"));
        Assert.Equal(HttpStatusCode.NotFound, await desk.Status($"/media/{hash[..32]}.webp"));
    }

    private async Task<IEnumerable<Guid>> Found(string query) =>
        (await desk.Get($"/api/media?limit=100&{query}", desk.Editor)).GetProperty("items").EnumerateArray()
            .Select(i => i.GetProperty("id").GetGuid());

    private static (string?, string?, int, int) Facts(JsonElement item) => (
        item.GetProperty("name").GetString(), item.GetProperty("type").GetString(), item.GetProperty("width").GetInt32(),
        item.GetProperty("height").GetInt32());
}
