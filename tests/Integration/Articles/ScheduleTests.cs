using System.Net;
using Articles;
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
    public async Task At_its_minute_it_is_published_once_though_a_replica_stops_and_stands_everywhere_at_once()
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
        await Eventually.IsTrue(async () => await desk.Status($"/api/articles/{id}") == HttpStatusCode.OK, "it is published at its minute");
        Assert.Contains(id, await desk.Listed(""));
        Assert.Contains(id, await desk.Listed("q=heliotrope"));
        Assert.Contains(slug, await desk.Text("/feeds/en/rss.xml"), StringComparison.Ordinal);
        Assert.Contains(slug, await desk.Text("/feeds/en/atom.xml"), StringComparison.Ordinal);
        Assert.Contains(slug, await desk.Text("/sitemap-news.xml"), StringComparison.Ordinal);
        Assert.Contains(slug, await desk.Text($"/sitemap-{due.UtcDateTime:yyyy-MM}-1.xml"), StringComparison.Ordinal);
        await stopping;

        // Any replica that was still to publish it would have done so by the time another article is published by one.
        var other = await desk.Drafted();
        await Ok(desk.Post($"/api/articles/{other}/schedule", new { at = desk.Clock.GetUtcNow().AddHours(1) }));
        desk.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrue(async () => await desk.Status($"/api/articles/{other}") == HttpStatusCode.OK, "the other one is published");
        await using var session = desk.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var published = Assert.Single(
            (await session.Events.FetchStreamAsync($"article-{id}", token: TestContext.Current.CancellationToken)).Select(e => e.Data)
                .OfType<ArticlePublished>());
        Assert.Equal(due.ToUnixTimeMilliseconds(), published.PublishedAt.ToUnixTimeMilliseconds());
        await desk.Bus.Hears<Public.ArticlePublished>(a => a.ArticleId == id, "it is announced like any other");
        await desk.Stop(third);
    }

    [Fact]
    public async Task What_fell_due_while_nothing_ran_is_published_by_the_first_that_runs()
    {
        var id = await desk.Drafted();
        // The appointment is in the store alone: nothing in memory was told of it.
        await using (var session = desk.Services.GetRequiredService<IDocumentStore>().LightweightSession())
        {
            session.Events.Append($"article-{id}", new ArticleScheduled(desk.Clock.GetUtcNow().AddDays(-3)));
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        await Eventually.IsTrue(async () => await desk.Status($"/api/articles/{id}") == HttpStatusCode.OK, "it is caught up with");
    }

    [Fact]
    public async Task An_appointment_in_the_past_is_refused_and_one_taken_back_does_not_happen()
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
