using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Kit;
using Xunit;

namespace Integration.Articles;

/// <summary>Performs the actions of an editor in the media library.</summary>
internal sealed class MediaLibrary(Newsroom desk)
{
    /// <summary>The files that are stored, and those that are being received or made.</summary>
    public IEnumerable<string> Files => desk.Media.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.Name);

    public async Task<Guid> Uploaded(byte[]? picture = null, string name = "hall.png")
    {
        var id = Guid.CreateVersion7();
        (await Upload(id, picture ?? SomePicture.Png(), name: name)).Is(HttpStatusCode.Created);
        return id;
    }

    public async Task<Answer> Upload(
        Guid id, byte[] content, string? ifMatch = null, string type = "application/octet-stream", string name = "hall.png")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/media/{id}?name={Uri.EscapeDataString(name)}")
        {
            Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(type) } },
        };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await Sent(request);
    }

    public async Task<Answer> Sent(HttpRequestMessage request)
    {
        using var answer = await desk.Editor.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            answer.StatusCode,
            answer.Headers.ETag?.Tag,
            answer.Content.Headers.ContentType?.MediaType,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<JsonElement> Get(Guid id) => desk.Get($"/api/media/{id}", desk.Editor);

    /// <summary>Waits until all renditions of a picture exist.</summary>
    public async Task<JsonElement> Rendered(Guid id)
    {
        JsonElement item = default;
        await Eventually.IsTrue(
            async () => (item = await Get(id)).GetProperty("state").GetString() == "ready", $"the renditions of {id} are made");
        return item;
    }

    /// <summary>Publishes an article with a picture of the library as its cover.</summary>
    public Task<Guid> Published(Guid picture, string alt = "A hall") => desk.Published(
        Newsroom.Body(Newsroom.English(), "news", null, ("cover", new { url = $"/media/items/{picture}", alt = new { en = alt } })));
}
