using System.Net;
using Kit;
using Xunit;

namespace Integration.Articles;

public class MostReadTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task Articles_are_sorted_by_the_number_of_times_they_were_read_on_the_last_days()
    {
        var (few, many, old) = (await desk.Published(), await desk.Published(), await desk.Published());
        await Read(old, 9);
        desk.Clock.Advance(TimeSpan.FromDays(10));
        await Read(few, 2);
        await Read(many, 5);

        Assert.Equal([many, few], await Listed(""));
        Assert.Equal([many], await Listed("?limit=1"));
        Guid[] all = [few, many, old];
        Assert.Equal([old, many, few], (await Listed("?days=30&limit=100")).Intersect(all));
    }

    [Fact]
    public async Task Reads_of_one_moment_are_all_counted()
    {
        var (often, once) = (await desk.Published(), await desk.Published());
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Read(i == 7 ? once : often, 1)));

        Guid[] both = [once, often];
        Assert.Equal([often, once], (await Listed("?days=90")).Intersect(both));
        await Read(once, 199); // 200 altogether, one more than the other
        Assert.Equal([once, often], (await Listed("?days=90")).Intersect(both));
    }

    [Fact]
    public async Task Only_published_articles_are_counted_and_listed()
    {
        var article = await desk.Published();
        await Read(article, 1);
        await Newsroom.Ok(desk.Post($"/api/articles/{article}/retract", new { note = "Wrong." }));

        Assert.DoesNotContain(article, await Listed("?days=90"));
        foreach (var unknown in new[] { article, await desk.Drafted(), Some.Id() })
        {
            using var answer = await Post(unknown);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private Task<HttpResponseMessage> Post(Guid article) => desk.Reader.PostAsync(
        $"/api/articles/{article}/reads", null, TestContext.Current.CancellationToken);

    private async Task Read(Guid article, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var answer = await Post(article);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
    }

    private async Task<List<Guid>> Listed(string query) =>
    [
        .. (await desk.Get($"/api/most-read{query}")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()),
    ];
}
