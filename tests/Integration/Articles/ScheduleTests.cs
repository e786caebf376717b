using System.Net;
using Articles.Publishing;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Integration.Articles.Newsroom;
using Public = Platform.Contracts.Articles;

namespace Integration.Articles;

public class ScheduleTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task A_scheduled_article_is_published_once_and_is_in_all_lists_even_if_a_replica_stops()
    {
        var second = await desk.Replica();
        var third = await desk.Replica();
        var slug = $"scheduled-{Guid.CreateVersion7():N}";
        var id = await desk.Drafted(Body(new { en = Text("Heliotrope summit", slug: slug) }));
        var due = desk.Clock.GetUtcNow().AddHours(1);
        await Ok(desk.Post($"/api/articles/{id}/schedule", new { at = due }));
        Assert.Contains(id, await desk.Listed("state=scheduled", desk.Editor));
        Assert.Equal(HttpStatusCode.NotFound, await desk.Status($"/api/articles/{id}"));

        var stopping = desk.Stop(second);
        desk.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrue(
            async () => await desk.Status($"/api/articles/{id}") == HttpStatusCode.OK, "the scheduled article is published");
        Assert.Contains(id, await desk.Listed(""));
        Assert.Contains(id, await desk.Listed("q=heliotrope"));
        Assert.Contains(slug, await desk.Text("/feeds/en/rss.xml"), StringComparison.Ordinal);
        Assert.Contains(slug, await desk.Text("/feeds/en/atom.xml"), StringComparison.Ordinal);
        Assert.Contains(slug, await desk.Text("/sitemap-news.xml"), StringComparison.Ordinal);
        Assert.Contains(slug, await desk.Text($"/sitemap-{due.UtcDateTime:yyyy-MM}-1.xml"), StringComparison.Ordinal);
        await stopping;

        // If another replica were about to publish the article again, it would have done so by the time the next one is published.
        var other = await desk.Drafted();
        await Ok(desk.Post($"/api/articles/{other}/schedule", new { at = desk.Clock.GetUtcNow().AddHours(1) }));
        desk.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrue(
            async () => await desk.Status($"/api/articles/{other}") == HttpStatusCode.OK, "the second scheduled article is published");
        await using var session = desk.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var published = Assert.Single(
            (await session.Events.FetchStreamAsync($"article-{id}", token: TestContext.Current.CancellationToken)).Select(e => e.Data)
                .OfType<ArticlePublished>());
        Assert.Equal(due.ToUnixTimeMilliseconds(), published.PublishedAt.ToUnixTimeMilliseconds());
        await desk.Bus.WaitFor<Public.ArticlePublished>(a => a.ArticleId == id, "the article is announced");
        await desk.Stop(third);
    }

    [Fact]
    public async Task An_article_that_became_due_while_no_replica_ran_is_published()
    {
        var id = await desk.Drafted();
        // The schedule is appended to the store directly, so that no replica knows of it.
        await using (var session = desk.Services.GetRequiredService<IDocumentStore>().LightweightSession())
        {
            session.Events.Append($"article-{id}", new ArticleScheduled(desk.Clock.GetUtcNow().AddDays(-3)));
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        await Eventually.IsTrue(
            async () => await desk.Status($"/api/articles/{id}") == HttpStatusCode.OK, "the overdue article is published");
    }

    [Fact]
    public async Task A_time_in_the_past_is_rejected_and_a_schedule_can_be_cancelled()
    {
        var id = await desk.Drafted();
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await desk.Post($"/api/articles/{id}/schedule", new { at = desk.Clock.GetUtcNow().AddMinutes(-1) })).StatusCode);
        Assert.Equal(
            (HttpStatusCode)428,
            (await desk.Send(
                HttpMethod.Post, $"/api/articles/{id}/schedule", new { at = desk.Clock.GetUtcNow().AddDays(400) }, null)).StatusCode);
        await Ok(desk.Post($"/api/articles/{id}/schedule", new { at = desk.Clock.GetUtcNow().AddDays(400) }));
        await Ok(desk.Post($"/api/articles/{id}/unschedule"));
        Assert.Contains(id, await desk.Listed("state=draft", desk.Editor));
    }
}
