using System.Net;
using Articles.Publishing;
using Articles.Reading;
using Kit;
using Xunit;
using Counted = Platform.Contracts.Comments.DiscussionChanged;
using Public = Platform.Contracts.Articles;

namespace Integration.Articles;

[Collection<ArticlesService>]
public class PublishingTests(ArticlesService service) : IDisposable
{
    private readonly Editor _editor = new(service.Client("editor"));
    private readonly HttpClient _reader = service.Client();

    [Fact]
    public async Task A_published_article_is_listed_at_once_and_announced_on_the_bus()
    {
        var section = await _editor.Section();
        var id = await _editor.Publishes(section, "A title");

        Assert.Equal(id, Assert.Single(await List(section)).Id);
        Assert.Equal("<p>A title</p>", (await _reader.Get<ArticleView>($"/api/articles/{id}")).BodyHtml);
        Assert.Equal(id, (await _reader.Get<ArticleView>("/api/articles/a-title")).Id);
        var announced = await service.Bus.WaitFor<Public.ArticlePublished>(a => a.ArticleId == id, "the article is announced");
        Assert.Equal((2, section), (announced.StreamVersion, announced.Section));
    }

    [Fact]
    public async Task Only_editors_see_a_draft()
    {
        var section = await _editor.Section();
        var id = await _editor.Drafts(section);

        Assert.Empty(await List(section));
        (await _reader.Send($"GET /api/articles/{id}")).IsProblem(404);
        (await _reader.Send($"GET /api/articles/{id}/draft")).IsProblem(401);
        Assert.Equal("draft", (await _editor.Http.Get<ArticleDraftView>($"/api/articles/{id}/draft")).State);
    }

    [Fact]
    public async Task A_changed_draft_reaches_readers_when_it_is_published()
    {
        var section = await _editor.Section();
        var id = await _editor.Publishes(section, "Before");
        (await _editor.Http.Send($"PUT /api/articles/{id}", Editor.Draft(section, "After"), ifMatch: "\"2\"")).Is(HttpStatusCode.NoContent);
        Assert.Equal("Before", (await _reader.Get<ArticleView>($"/api/articles/{id}")).Title);

        (await _editor.Http.Send($"POST /api/articles/{id}/publish", ifMatch: "\"3\"")).Is(HttpStatusCode.NoContent);
        Assert.Equal("After", (await _reader.Get<ArticleView>($"/api/articles/{id}")).Title);
        await service.Bus.WaitFor<Public.ArticleRevised>(
            a => a.ArticleId == id && a.Texts["en"].Title == "After", "the revision is announced");
    }

    [Fact]
    public async Task A_retracted_article_leaves_the_list_and_keeps_its_note()
    {
        var section = await _editor.Section();
        var id = await _editor.Publishes(section);
        await _editor.Retracts(id, "It was wrong.");

        Assert.Empty(await List(section));
        var view = await _reader.Get<ArticleView>($"/api/articles/{id}");
        Assert.Equal(("It was wrong.", "", "", null), (view.RetractionNote, view.Lead, view.BodyHtml, view.Cover));
        Assert.NotEmpty(view.Title);
        await service.Bus.WaitFor<Public.ArticleRetracted>(
            a => a.ArticleId == id && a.Note == "It was wrong.", "the retraction is announced");
    }

    [Fact]
    public async Task An_unchanged_article_is_answered_with_304()
    {
        var id = await _editor.Publishes(await _editor.Section());
        var first = await _reader.Send($"GET /api/articles/{id}");
        _reader.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", first.ETag);
        Assert.Equal("", (await _reader.Send($"GET /api/articles/{id}")).Is(HttpStatusCode.NotModified).Body);
    }

    [Fact]
    public async Task Repeating_every_step_changes_nothing()
    {
        var section = await _editor.Section();
        var id = await _editor.Publishes(section, "Once");
        var before = await service.EventsStored();
        (await _editor.Http.Send($"PUT /api/articles/{id}", Editor.Draft(section, "Once"))).Is(HttpStatusCode.NoContent);
        Assert.Equal(
            "\"2\"", (await _editor.Http.Send($"POST /api/articles/{id}/publish", ifMatch: "\"2\"")).Is(HttpStatusCode.NoContent).ETag);
        await _editor.Section(section);
        await _editor.Retracts(id);
        await _editor.Retracts(id);
        Assert.Equal(before + 1, await service.EventsStored());
    }

    [Fact]
    public async Task Only_one_of_several_concurrent_changes_to_the_same_version_succeeds()
    {
        var section = await _editor.Section();
        var id = await _editor.Drafts(section);
        var answers = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(
                n => _editor.Http.Send($"PUT /api/articles/{id}", Editor.Draft(section, $"By {n}"), ifMatch: "\"1\"")));
        Assert.Equal("\"2\"", Assert.Single(answers, a => a.Status == HttpStatusCode.NoContent).ETag);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.NoContent), a => a.IsProblem(412));
    }

    [Fact]
    public async Task Concurrent_publish_requests_without_a_version_publish_an_article_once()
    {
        var id = await _editor.Drafts(await _editor.Section());
        var answers = await Task.WhenAll(
            Enumerable.Range(1, 12).Select(_ => _editor.Http.Send($"POST /api/articles/{id}/publish", ifMatch: "*")));
        Assert.All(answers, a => a.Is(HttpStatusCode.NoContent));
        Assert.Equal(2, await service.Servers.Query<long>($"select version from articles.mt_streams where id = 'article-{id}'"));
    }

    [Fact]
    public async Task Paging_returns_every_article_once_while_others_are_published()
    {
        var section = await _editor.Section();
        var old = new List<Guid>();
        for (var i = 0; i < 7; i++) old.Add(await _editor.Publishes(section, publishedAt: Some.Noon.AddHours(i / 2)));

        var walked = await _reader.Walk<ArticleItem>(
            $"/api/articles?section={section}&limit=2", async () => await _editor.Publishes(section));
        Assert.Equal(walked.Count, walked.Select(a => a.Id).Distinct().Count());
        Assert.Empty(old.Except(walked.Select(a => a.Id)));
        Assert.Equal(walked.Select(a => a.PublishedAt), walked.Select(a => a.PublishedAt).OrderDescending());
    }

    [Fact]
    public async Task The_read_models_match_their_streams()
    {
        var section = await _editor.Section();
        await _editor.Drafts(section);
        var revised = await _editor.Publishes(section);
        await _editor.Revises(revised, section, Some.Word("revised"));
        await _editor.Retracts(await _editor.Publishes(section));
        await service.PublishAndWait(new Counted(Some.Id(), "discussion", 1, Some.Noon, revised, 4));

        await service.AssertReadModelEqualsStreams<ArticlePage>("article-");
        await service.AssertReadModelEqualsStreams<ArticleSummary>("article-");
        await service.AssertReadModelEqualsStreams<Section>("section-");
        await service.AssertReadModelEqualsStreams<ArticleDiscussion>("discussion-");
    }

    private async Task<IReadOnlyList<ArticleItem>> List(string section) =>
        await _reader.Walk<ArticleItem>($"/api/articles?section={section}");

    public void Dispose()
    {
        _editor.Dispose();
        _reader.Dispose();
    }
}
