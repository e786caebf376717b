using System.Net;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

public class SlugTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task A_former_slug_redirects_to_the_current_one()
    {
        var id = await desk.Published(Body(new { en = Text(slug: "first-name"), ru = Text(slug: "pervoe-imya") }));
        await Ok(desk.Put(id, Body(new { en = Text(slug: "second-name"), ru = Text(slug: "vtoroe-imya") })));
        Assert.Equal(HttpStatusCode.OK, await desk.Status("/api/articles/first-name"));
        Assert.Equal(HttpStatusCode.NotFound, await desk.Status("/api/articles/second-name"));
        await Ok(desk.Post($"/api/articles/{id}/publish"));
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = desk.Reader.BaseAddress };
        var moved = await client.GetAsync("/api/articles/pervoe-imya?lang=ru", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MovedPermanently, moved.StatusCode);
        Assert.Equal("/api/articles/vtoroe-imya?lang=ru", moved.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Put(Guid.CreateVersion7(), Body(English(slug: "first-name")))).StatusCode);
    }

    [Fact]
    public async Task Only_one_of_many_concurrent_requests_for_a_slug_succeeds()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => desk.Put(Guid.CreateVersion7(), Body(English(slug: "wanted-by-many")), ifMatch: "*")));
        Assert.Equal(HttpStatusCode.Created, Assert.Single(answers, a => a.StatusCode != HttpStatusCode.Conflict).StatusCode);
    }

    [Fact]
    public async Task A_draft_releases_a_slug_that_was_never_published()
    {
        var id = await desk.Drafted(Body(English(slug: "given-back")));
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Put(Guid.CreateVersion7(), Body(English(slug: "given-back")))).StatusCode);
        await Ok(desk.Put(id, Body(English(slug: "given-back-no-more"))));
        Assert.Equal(HttpStatusCode.Created, (await desk.Put(Guid.CreateVersion7(), Body(English(slug: "given-back")))).StatusCode);
    }

    [Fact]
    public async Task A_rejected_write_reserves_no_slug()
    {
        var id = await desk.Drafted();
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await desk.Put(id, Body(English(slug: "not-taken")), "\"9\"")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await desk.Put(Guid.CreateVersion7(), Body(English(slug: "not-taken")))).StatusCode);
    }

    [Fact]
    public async Task Articles_with_the_same_title_get_numbered_slugs_and_keep_them()
    {
        var titles = new { en = Text("Briefing of the day"), zh = Text("上合组织峰会") };
        var (first, second) = (await desk.Published(Body(titles)), await desk.Published(Body(titles)));
        await Ok(desk.Put(second, Body(titles)));
        Assert.Equal("briefing-of-the-day", (await desk.Get($"/api/articles/{first}")).GetProperty("slug").GetString());
        Assert.Equal("briefing-of-the-day-2", (await desk.Get($"/api/articles/{second}")).GetProperty("slug").GetString());
        Assert.Matches("^[a-z0-9-]+-2$", (await desk.Get($"/api/articles/{second}?lang=zh")).GetProperty("slug").GetString());
        Assert.False((await desk.Get($"/api/articles/{second}/draft", desk.Editor)).GetProperty("changed").GetBoolean());
    }

    [Fact]
    public async Task Any_number_of_articles_can_have_the_same_title()
    {
        var body = Body(new { en = Text("Weekly digest of the region") });
        var ids = Enumerable.Range(0, 70).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var id in ids.Take(54)) Assert.Equal(HttpStatusCode.Created, (await desk.Put(id, body)).StatusCode);
        var atOnce = await Task.WhenAll(ids.Skip(54).Select(id => desk.Put(id, body)));
        Assert.All(atOnce, a => Assert.Equal(HttpStatusCode.Created, a.StatusCode));
        foreach (var id in ids.TakeLast(2)) Assert.Equal(HttpStatusCode.NoContent, (await desk.Put(id, body, "*")).StatusCode);

        var slugs = new HashSet<string>();
        foreach (var id in ids)
        {
            const string Slug = "select data -> 'draft' -> 'texts' -> 'en' ->> 'slug' from articles.mt_doc_article";
            slugs.Add((await desk.Servers.Query<string>($"{Slug} where id = 'article-{id}'"))!);
        }
        Assert.Equal(70, slugs.Count);
        Assert.All(slugs, slug => Assert.StartsWith("weekly-digest-of-the-region", slug, StringComparison.Ordinal));
    }
}
