using System.Net.Http.Json;

namespace Bench;

/// <summary>The articles the measurements work on: published, and known to the comments service.</summary>
internal sealed record Site(IReadOnlyList<Guid> Articles)
{
    public const int Size = 200;

    public static async Task<Site> Fill(PrivateSystem system)
    {
        await Ok(system.Http.PutAsJsonAsync("/api/sections/news", new { order = 1, names = new { en = "News", ru = "Новости", zh = "新闻" } }));
        var articles = Enumerable.Range(0, Size).Select(_ => Guid.CreateVersion7()).ToArray();
        await Parallel.ForEachAsync(articles, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (id, ct) =>
        {
            var text = new { title = $"Article {id}", lead = "A lead of ordinary length for a piece of news.", body = string.Concat(Enumerable.Repeat("<p>A paragraph of the length that paragraphs of news have, more or less.</p>", 20)) };
            await Ok(system.Http.PutAsJsonAsync($"/api/articles/{id}", new { section = "news", translations = new { en = text } }, ct));
            using var publish = new HttpRequestMessage(HttpMethod.Post, $"/api/articles/{id}/publish") { Headers = { { "If-Match", "*" } } };
            await Ok(system.Http.SendAsync(publish, ct));
        });
        foreach (var id in articles)
            while (!(await system.Http.GetAsync($"/api/articles/{id}/comments")).IsSuccessStatusCode) await Task.Delay(20);
        return new Site(articles);
    }

    private static async Task Ok(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }
}
