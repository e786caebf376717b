using System.Net;
using Kit;
using Platform.Contracts.Comments;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

public class FeaturedTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task Featured_articles_are_listed_in_the_order_that_editors_chose()
    {
        var (a, b, c) = (await desk.Published(), await desk.Published(), await desk.Published());
        await Ok(desk.Post($"/api/articles/{a}/feature"));
        await Ok(desk.Post($"/api/articles/{b}/feature"));
        await Ok(desk.Post($"/api/articles/{c}/feature", new { position = 2 }));
        Assert.Equal([b, a, c], await Order());
        await Ok(desk.Post($"/api/articles/{c}/feature", new { position = 0 }));
        Assert.Equal([c, b, a], await Order());
        Assert.Equal([c, b, a], await desk.Listed("featured=true"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await desk.Post($"/api/articles/{b}/unfeature", null, "\"1\"")).StatusCode);
        Assert.Equal((HttpStatusCode)428, (await desk.Send(HttpMethod.Post, $"/api/articles/{b}/unfeature", null, null)).StatusCode);
        var version = (await desk.Get("/api/featured")).GetProperty("version").GetInt64();
        await Ok(desk.Post($"/api/articles/{b}/unfeature", null, $"\"{version}\""));
        await Ok(desk.Post($"/api/articles/{a}/retract", new { note = "Wrong." }));
        Assert.Equal([c], await Order());
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Post($"/api/articles/{await desk.Drafted()}/feature")).StatusCode);

        async Task<IEnumerable<Guid>> Order() =>
        [
            .. (await desk.Get("/api/featured")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()),
        ];
    }

    [Fact]
    public async Task The_most_discussed_articles_are_sorted_by_the_counts_from_the_comments_service()
    {
        var (few, many, old) = (
            await desk.Published(), await desk.Published(), await desk.Published(at: DateTimeOffset.UnixEpoch.AddYears(40)));
        foreach (var (id, comments) in new[] { (few, 2), (many, 7), (old, 9) })
            await desk.Bus.Publish(
                new DiscussionChanged(Guid.CreateVersion7(), $"discussion-{id}", 1, DateTimeOffset.UnixEpoch, id, comments));
        await Eventually.IsTrue(async () => (await Discussed("")).Count == 3, "the counts arrive");
        Assert.Equal([old, many, few], await Discussed(""));
        Assert.Equal([many, few], await Discussed("?days=30"));

        async Task<List<Guid>> Discussed(string query) =>
        [
            .. (await desk.Get($"/api/most-discussed{query}"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(i => i.GetProperty("id").GetGuid()),
        ];
    }

    [Fact]
    public async Task The_directory_of_links_is_localised_and_dated()
    {
        await Link(
            "presidency-2024",
            new
            {
                order = 1,
                url = "https://example.org/2024",
                names = Names("Presidency 2024"),
                from = "2024-07-04",
                until = "2025-09-01",
            });
        await Link(
            "presidency-2025", new { order = 1, url = "https://example.org/2025", names = Names("Presidency 2025"), from = "2025-09-02" });
        await Link(
            "secretariat",
            new
            {
                order = 2,
                url = "https://example.org/",
                names = new { en = "SCO Secretariat", ru = "Секретариат ШОС", zh = "上合组织秘书处" },
            });
        var then = (await desk.Get("/api/links?lang=zh&asOf=2025-01-01")).GetProperty("items");
        Assert.Equal(["presidency-2024", "secretariat"], then.EnumerateArray().Select(l => l.GetProperty("key").GetString()!));
        Assert.Equal("上合组织秘书处", then[1].GetProperty("name").GetString());
        Assert.Equal("presidency-2025", (await desk.Get("/api/links")).GetProperty("items")[0].GetProperty("key").GetString());
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await desk.Send(
                HttpMethod.Put, "/api/links/evil", new { order = 1, url = "javascript:alert(1)", names = Names("x") }, "*")).StatusCode);

        async Task Link(string key, object body) => await Ok(desk.Send(HttpMethod.Put, $"/api/links/{key}", body, "*"));
        static object Names(string name) => new { en = name, ru = name, zh = name };
    }
}
