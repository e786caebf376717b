using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>
/// Editors and readers use two gateways at random. No gateway returns a version of a page that is older than one that it returned or
/// accepted before.
/// </summary>
public class ConsistencyTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    private const int Seed = 20260425, Articles = 4, WritesPerArticle = 25, ReadersPerGateway = 3;

    private readonly ConcurrentQueue<PageCall> _history = new();
    private long _clock;

    [Fact]
    public async Task A_gateway_gives_monotonic_reads_and_read_your_writes()
    {
        await Platform.Script("scale", "gateway=2");
        try
        {
            var gateways = new[] { "gateway", "gateway-2" };
            var (editors, readers) = (new Dictionary<string, HttpClient>(), new Dictionary<string, HttpClient>());
            foreach (var gateway in gateways)
            {
                readers[gateway] = await Platform.Directly(gateway);
                editors[gateway] = await Platform.SignedIn("editor", gateway);
            }
            var articles = Enumerable.Range(0, Articles).Select(_ => Guid.CreateVersion7()).ToArray();
            foreach (var article in articles) await Write(editors, "gateway", article, 1);

            var writing = Task.WhenAll(articles.Select((article, n) => Task.Run(async () =>
            {
                var random = new Random(Seed + n);
                for (var version = 2; version <= WritesPerArticle; version++)
                    await Write(editors, gateways[random.Next(2)], article, version);
            }, Cancelled)));
            var reading = gateways.SelectMany(gateway => Enumerable.Range(0, ReadersPerGateway).Select(n => Task.Run(async () =>
            {
                for (var random = new Random(Seed - n); !writing.IsCompleted;)
                    await Read(readers[gateway], gateway, articles[random.Next(Articles)]);
            }, Cancelled)));
            await Task.WhenAll([writing, .. reading]);

            foreach (var gateway in gateways)
                foreach (var article in articles)
                    await Eventually.IsTrue(
                        async () => await Read(readers[gateway], gateway, article) == WritesPerArticle,
                        $"{gateway} returns the last version of {article}",
                        Patience);
        }
        finally
        {
            await Platform.Script("scale", "gateway=1");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{_history.Count(c => !c.Writes)} reads, {_history.Count(c => c.Writes)} writes");
        Assert.Equal(Articles * WritesPerArticle, _history.Count(c => c.Writes));
        Assert.Empty(Consistency.Violations(_history));
    }

    /// <summary>Publishes an article through a gateway, with the version in its title.</summary>
    private async Task Write(Dictionary<string, HttpClient> editors, string gateway, Guid article, int version)
    {
        using var draft = new HttpRequestMessage(HttpMethod.Put, $"/api/articles/{article}")
        {
            Headers = { { "If-Match", "*" } },
            Content = JsonContent.Create(new
            {
                section = "news",
                translations = new { en = new { title = $"Version {version}", slug = $"a-{article}", body = "<p>Body</p>" } },
            }),
        };
        using var drafted = await editors[gateway].SendAsync(draft, Cancelled);
        Assert.True(drafted.IsSuccessStatusCode, await drafted.Content.ReadAsStringAsync(Cancelled));
        var asked = Interlocked.Increment(ref _clock);
        using var published = await editors[gateway].Publish(article);
        var answered = Interlocked.Increment(ref _clock);
        Assert.Equal(HttpStatusCode.NoContent, published.StatusCode);
        _history.Enqueue(new(gateway, $"{article}", true, version, asked, answered));
    }

    private async Task<long> Read(HttpClient reader, string gateway, Guid article)
    {
        var asked = Interlocked.Increment(ref _clock);
        var title = (await reader.Read($"/api/articles/{article}"))["title"]!.GetValue<string>();
        var answered = Interlocked.Increment(ref _clock);
        var version = long.Parse(title["Version ".Length..], CultureInfo.InvariantCulture);
        _history.Enqueue(new(gateway, $"{article}", false, version, asked, answered));
        return version;
    }
}
