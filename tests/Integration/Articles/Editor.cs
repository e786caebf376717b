using System.Net;
using Kit;

namespace Integration.Articles;

/// <summary>Performs the actions of an editor. Each method asserts that the action succeeds.</summary>
internal sealed class Editor(HttpClient client) : IDisposable
{
    public static object Names { get; } = new { en = "News", ru = "Новости", zh = "新闻" };

    public static object Draft(string section, string title, params string[] tags) =>
        new { section, tags, translations = new { en = new { title, body = $"<p>{title}</p>" } } };

    public HttpClient Http => client;

    public async Task<string> Section(string? key = null)
    {
        key ??= Some.Word("section");
        await client.Send($"PUT /api/sections/{key}", new { order = 1, names = Names }, ifMatch: "*");
        return key;
    }

    public async Task<Guid> Drafts(string section, string? title = null)
    {
        var id = Some.Id();
        (await client.Send($"PUT /api/articles/{id}", Draft(section, title ?? Some.Word("title")))).Is(HttpStatusCode.Created);
        return id;
    }

    public async Task<Guid> Publishes(string section, string? title = null, DateTimeOffset? publishedAt = null)
    {
        var id = await Drafts(section, title);
        (await client.Send($"POST /api/articles/{id}/publish", publishedAt is null ? null : new { publishedAt }, ifMatch: "\"1\""))
            .Is(HttpStatusCode.NoContent);
        return id;
    }

    public async Task Revises(Guid id, string section, string title)
    {
        (await client.Send($"PUT /api/articles/{id}", Draft(section, title), ifMatch: "*")).Is(HttpStatusCode.NoContent);
        (await client.Send($"POST /api/articles/{id}/publish", ifMatch: "*")).Is(HttpStatusCode.NoContent);
    }

    public async Task Retracts(Guid id, string note = "It was wrong.") =>
        (await client.Send($"POST /api/articles/{id}/retract", new { note }, ifMatch: "*")).Is(HttpStatusCode.NoContent);

    public void Dispose() => client.Dispose();
}
