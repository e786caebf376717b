using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Articles.Publishing;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Integration.Articles;

/// <summary>The articles service with a clock that tests can advance, two sections, and clients for an editor and a reader.</summary>
public sealed class Newsroom : ServiceFixture<Article>, IAsyncLifetime
{
    public ShiftedClock Clock { get; } = new();
    /// <summary>The folder of the media library.</summary>
    public DirectoryInfo Media { get; } = Directory.CreateTempSubdirectory("media-");
    public HttpClient Editor => field ??= Client("editor");
    public HttpClient Reader => field ??= Client();

    protected override void Configure(IWebHostBuilder host)
    {
        host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));
        host.UseSetting("Site:PublicUrl", "https://news.example.org");
        host.UseSetting("Media:Folder", Media.FullName);
    }

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await Ok(
            Editor.PutAsJsonAsync(
                "/api/sections/news", new { order = 1, names = new { en = "News", ru = "Новости", zh = "新闻" } }));
        await Ok(
            Editor.PutAsJsonAsync(
                "/api/sections/analytics", new { order = 2, names = new { en = "Analytics", ru = "Аналитика", zh = "分析" } }));
    }

    /// <summary>A text in one language, with a unique title by default.</summary>
    public static Dictionary<string, object?> Text(
        string? title = null,
        string body = "<p>Body</p>",
        string lead = "Lead",
        string? slug = null,
        string? format = null)
    {
        var text = new Dictionary<string, object?>
        {
            ["title"] = title ?? $"Title {Guid.CreateVersion7()}",
            ["body"] = body,
            ["lead"] = lead,
        };
        if (slug is not null) text["slug"] = slug;
        if (format is not null) text["format"] = format;
        return text;
    }

    public static Dictionary<string, object?> Body(
        object translations, string section = "news", string[]? tags = null, params (string Name, object? Value)[] more)
    {
        var body = new Dictionary<string, object?> { ["section"] = section, ["translations"] = translations, ["tags"] = tags ?? [] };
        foreach (var (name, value) in more) body[name] = value;
        return body;
    }

    public static object English(string? title = null, string body = "<p>Body</p>", string? slug = null) =>
        new { en = Text(title, body, slug: slug) };

    public Task<HttpResponseMessage> Put(Guid id, object body, string ifMatch = "*") =>
        Send(HttpMethod.Put, $"/api/articles/{id}", body, ifMatch);

    public Task<HttpResponseMessage> Post(string path, object? body = null, string ifMatch = "*") =>
        Send(HttpMethod.Post, path, body, ifMatch);

    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body, string? ifMatch)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await Editor.SendAsync(request);
    }

    public async Task<Guid> Drafted(object? body = null)
    {
        var id = Guid.CreateVersion7();
        await Ok(Put(id, body ?? Body(English())));
        return id;
    }

    public async Task<Guid> Published(object? body = null, DateTimeOffset? at = null)
    {
        var id = await Drafted(body);
        await Ok(Post($"/api/articles/{id}/publish", at is null ? null : new { publishedAt = at }));
        return id;
    }

    public async Task<JsonElement> Get(string path, HttpClient? client = null)
    {
        var answer = await (client ?? Reader).GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public async Task<HttpStatusCode> Status(
        string path, HttpClient? client = null) => (await (client ?? Reader).GetAsync(path)).StatusCode;

    public async Task<IReadOnlyList<Guid>> Listed(string query, HttpClient? client = null) =>
        [
            .. (await Get($"/api/articles?limit=100&{query}", client))
            .GetProperty("items")
            .EnumerateArray()
            .Select(i => i.GetProperty("id").GetGuid()),
        ];

    public Task<HttpResponseMessage> Answer(string path) => Reader.GetAsync(path);

    public Task<HttpResponseMessage> Answer(HttpRequestMessage request) => Reader.SendAsync(request);

    public Task<string> Text(string path) => Reader.GetStringAsync(path);

    public static async Task Ok(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}

/// <summary>A fixture whose articles are prepared once for all tests of a class.</summary>
public abstract class ServiceNewsroom : IAsyncLifetime
{
    public Newsroom Desk { get; } = new();

    protected abstract Task Prepare();

    public async ValueTask InitializeAsync()
    {
        await ((IAsyncLifetime)Desk).InitializeAsync();
        await Prepare();
    }

    public async ValueTask DisposeAsync()
    {
        await Desk.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
