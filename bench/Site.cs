using System.Net.Http.Json;

namespace Bench;

/// <summary>The articles that the measurements use. They are published, and the comments service accepts comments on them.</summary>
internal sealed record Site(IReadOnlyList<Guid> Articles)
{
    public const int Size = 200, Paragraphs = 20;
    public const string Lead = "A lead of ordinary length for a piece of news.";
    public const string Paragraph = "<p>A paragraph of the length that paragraphs of news have, more or less.</p>";

    public static async Task<Site> Fill(PrivateSystem system)
    {
        var section = new { order = 1, names = new { en = "News", ru = "Новости", zh = "新闻" } };
        await Ok(system.Http.PutAsJsonAsync("/api/sections/news", section));
        var articles = Enumerable.Range(0, Size).Select(_ => Guid.CreateVersion7()).ToArray();
        await Parallel.ForEachAsync(articles, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (id, _) =>
        {
            await Draft(system, id, $"Article {id}");
            await Publish(system, id);
        });
        foreach (var id in articles)
            while (!(await system.Http.GetAsync($"/api/articles/{id}/comments")).IsSuccessStatusCode) await Task.Delay(20);
        return new Site(articles);
    }

    /// <summary>Creates or replaces the draft of an article, which readers do not see yet.</summary>
    public static async Task Draft(PrivateSystem system, Guid id, string title)
    {
        var text = new
        {
            title,
            lead = Lead,
            body = string.Concat(Enumerable.Repeat(Paragraph, Paragraphs)),
        };
        using var draft = new HttpRequestMessage(HttpMethod.Put, $"/api/articles/{id}")
        {
            Headers = { { "If-Match", "*" } },
            Content = JsonContent.Create(new { section = "news", translations = new { en = text } }),
        };
        await Ok(system.Http.SendAsync(draft));
    }

    /// <summary>Publishes the draft of an article.</summary>
    public static async Task Publish(PrivateSystem system, Guid id)
    {
        using var publish = new HttpRequestMessage(HttpMethod.Post, $"/api/articles/{id}/publish") { Headers = { { "If-Match", "*" } } };
        await Ok(system.Http.SendAsync(publish));
    }

    private static async Task Ok(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }
}
