using System.Net;
using System.Text.Json;
using Articles.Publishing;
using Articles.Reading;
using Integration.Replays;
using Kit;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Comments;
using Platform.Replays;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

/// <summary>The service holds documents that it has read, and still every read shows the last committed change.</summary>
public class FreshnessTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task A_change_through_another_replica_is_shown_by_the_next_read()
    {
        var tag = Some.Word("fresh");
        var other = await desk.Replica();
        using var editor = ServiceFixture<Article>.SignedIn(other.CreateClient(), "editor");
        var id = await desk.Published(Body(English("Title 0", slug: tag), tags: [tag]));
        for (var i = 1; i <= 10; i++)
        {
            Assert.Equal([$"Title {i - 1}", $"Title {i - 1}", $"Title {i - 1}"], await Titles(id, tag));
            var revised = Body(English($"Title {i}", slug: tag), tags: [tag]);
            (await editor.Send($"PUT /api/articles/{id}", revised, ifMatch: "*")).Is(HttpStatusCode.NoContent);
            Assert.Equal([$"Title {i - 1}", $"Title {i - 1}", $"Title {i - 1}"], await Titles(id, tag));
            (await editor.Send($"POST /api/articles/{id}/publish", ifMatch: "*")).Is(HttpStatusCode.NoContent);
            Assert.Equal([$"Title {i}", $"Title {i}", $"Title {i}"], await Titles(id, tag));
        }
        (await editor.Send($"POST /api/articles/{id}/retract", new { note = "Wrong." }, ifMatch: "*"))
            .Is(HttpStatusCode.NoContent);
        Assert.Equal("Wrong.", (await desk.Get($"/api/articles/{id}")).GetProperty("retractionNote").GetString());
        Assert.Empty(await desk.Listed($"tag={tag}"));
        await desk.Stop(other);
    }

    [Fact]
    public async Task Counts_featured_and_neighbouring_articles_are_current_although_the_page_is_unchanged()
    {
        var day = new DateTimeOffset(2001, 6, 15, 9, 0, 0, TimeSpan.Zero);
        var id = await desk.Published(Body(English(), "analytics"), day);
        foreach (var comments in new[] { 3, 4 })
        {
            await desk.PublishAndWait(new DiscussionChanged(Some.Id(), $"discussion-{id}", comments, Some.Noon, id, comments));
            Assert.Equal(comments, (await desk.Get($"/api/articles/{id}")).GetProperty("commentCount").GetInt32());
        }
        await Ok(desk.Post($"/api/articles/{id}/feature"));
        Assert.True((await desk.Get($"/api/articles/{id}")).GetProperty("featured").GetBoolean());
        await Ok(desk.Post($"/api/articles/{id}/unfeature"));
        Assert.False((await desk.Get($"/api/articles/{id}")).GetProperty("featured").GetBoolean());

        var later = await desk.Published(Body(English("Later"), "analytics"), day.AddDays(2));
        Assert.Equal(later, await Next(id));
        var sooner = await desk.Published(Body(English("Sooner"), "analytics"), day.AddDays(1));
        Assert.Equal(sooner, await Next(id));
        await Ok(desk.Post($"/api/articles/{sooner}/retract", new { note = "Wrong." }));
        Assert.Equal(later, await Next(id));
        await Ok(desk.Put(later, Body(English("Renamed"), "analytics")));
        await Ok(desk.Post($"/api/articles/{later}/publish"));
        Assert.Equal("Renamed", (await desk.Get($"/api/articles/{id}")).GetProperty("next").GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_change_of_the_read_model_without_a_new_event_is_shown_and_so_is_its_rebuild()
    {
        var tag = Some.Word("rebuilt");
        var id = await desk.Published(Body(English("Right", slug: tag), tags: [tag]));
        Assert.Equal(["Right", "Right", "Right"], await Titles(id, tag));
        await desk.Servers.Query<int>(
            $"""
            update articles.mt_doc_articlepage set data = replace(data::text, '"Right"', '"Wrong"')::jsonb where id = 'article-{id}';
            update articles.mt_doc_articlesummary set data = replace(data::text, '"Right"', '"Wrong"')::jsonb where id = 'article-{id}'
            """);
        Assert.Equal(["Wrong", "Wrong", "Wrong"], await Titles(id, tag));
        using var admin = desk.Client("admin");
        foreach (var model in new[] { "article-page", "article-list" })
        {
            var replay = await admin.Replays("articles", $"readModel:{model}");
            Assert.Equal((ReplayStatus.Completed, 1), (replay.State, replay.Comparison?.Differ));
        }
        Assert.Equal(["Right", "Right", "Right"], await Titles(id, tag));
    }

    [Fact]
    public async Task Tables_can_be_swapped_and_rewritten_and_every_address_keeps_its_article()
    {
        var tag = Some.Word("rewritten");
        var ids = new List<Guid>();
        for (var i = 0; i < 30; i++) ids.Add(await desk.Published(Body(English($"Title {i}", slug: $"{tag}-{i}"), tags: [tag])));
        using var admin = desk.Client("admin");
        await Bodies();
        // A rebuilt table has the rows of many articles from one transaction. Rewriting it moves each row to another place.
        foreach (var (model, table) in new[] { ("article-page", "mt_doc_articlepage"), ("article-list", "mt_doc_articlesummary") })
        {
            Assert.Equal(ReplayStatus.Completed, (await admin.Replays("articles", $"readModel:{model}")).State);
            await Bodies();
            await desk.Servers.Query<int>($"update articles.{table} set data = data where id < 'article-{ids[10]}'");
            await desk.Servers.Query<int>($"vacuum full articles.{table}");
            await Bodies();
        }

        async Task Bodies()
        {
            for (var repeated = 0; repeated < 2; repeated++)
            {
                for (var i = 0; i < ids.Count; i++)
                {
                    var shown = await desk.Get($"/api/articles/{tag}-{i}");
                    Assert.Equal(($"Title {i}", ids[i]), (shown.GetProperty("title").GetString(), shown.GetProperty("id").GetGuid()));
                }
                Assert.Equal(Enumerable.Reverse(ids), await desk.Listed($"tag={tag}"));
            }
        }
    }

    [Fact]
    public async Task A_document_is_sent_and_parsed_once_until_it_changes()
    {
        var pages = desk.Services.GetRequiredService<ArticlePages>();
        var ct = TestContext.Current.CancellationToken;
        var slug = Some.Word("held");
        var id = await desk.Published(Body(English(slug: slug)));
        var first = (await pages.ById(id, ct))!;
        Assert.Same(first.Page, (await pages.ById(id, ct))!.Page);
        Assert.Same(first.Page, (await pages.BySlug(slug, ct))!.Page);
        Assert.Same(first.Page, (await pages.BySlug(slug, ct))!.Page);
        await Ok(desk.Put(id, Body(English("Other", slug: slug))));
        await Ok(desk.Post($"/api/articles/{id}/publish"));
        var changed = (await pages.BySlug(slug, ct))!;
        Assert.NotSame(first.Page, changed.Page);
        Assert.Equal("Other", changed.Page.Content!.Texts["en"].Title);
        Assert.Same(changed.Page, (await pages.ById(id, ct))!.Page);
    }

    private async Task<Guid> Next(Guid id) => (await desk.Get($"/api/articles/{id}")).GetProperty("next").GetProperty("id").GetGuid();

    /// <summary>The title of an article by id, by slug and in the list of its tag.</summary>
    private async Task<string[]> Titles(Guid id, string slug)
    {
        JsonElement[] shown =
        [
            await desk.Get($"/api/articles/{id}"),
            await desk.Get($"/api/articles/{slug}"),
            (await desk.Get($"/api/articles?tag={slug}")).GetProperty("items")[0],
        ];
        return [.. shown.Select(s => s.GetProperty("title").GetString()!)];
    }
}
