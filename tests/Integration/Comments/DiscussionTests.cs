using System.Net;
using Kit;
using Platform.Contracts.Articles;
using Xunit;

namespace Integration.Comments;

/// <summary>Events about articles open and close discussions, even if they arrive repeatedly, late or in a different order.</summary>
[Collection<CommentsService>]
public class DiscussionTests(CommentsService service)
{
    [Fact]
    public async Task The_newest_version_of_an_article_decides_whether_its_discussion_is_open()
    {
        var article = Some.Id();
        await service.PublishAndWait(Messages.Retracted(article, 4));
        await service.PublishAndWait(
            Messages.Retracted(article, 3),
            Messages.Published(article, 2),
            Messages.Published(article, 2),
            Messages.Published(article, 2),
            Messages.Retracted(article, 4));
        await AssertClosed(article);
        // Two events: the retraction, and the details from the publication that arrived after it.
        Assert.Equal(2, await service.Servers.Query<long>($"select version from comments.mt_streams where id = 'article-{article}'"));

        await service.PublishAndWait(Messages.Published(article, 5), Messages.Published(article, 5), Messages.Retracted(article, 4));
        using var reader = service.Client();
        (await reader.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Open again." }))
            .Is(HttpStatusCode.Created);
        Assert.Equal(3, await service.Servers.Query<long>($"select version from comments.mt_streams where id = 'article-{article}'"));
    }

    [Fact]
    public async Task Concurrent_messages_about_a_new_article_all_succeed()
    {
        var article = Some.Id();
        await service.PublishAndWait([.. Enumerable.Range(1, 40).Select(v => (object)Messages.Published(article, v))]);
        Assert.Equal(
            40,
            await service.Servers.Query<int>(
                $"select (data ->> 'articleVersion')::int from comments.mt_doc_articlecopy where id = 'article-{article}'"));
        Assert.Null(await service.Servers.Queue("comments-when-article-published_error"));
    }

    private async Task AssertClosed(Guid article)
    {
        using var reader = service.Client();
        (await reader.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Too late." })).IsProblem(409, "closed");
    }
}

internal static class Messages
{
    public static ArticlePublished Published(Guid article, long version) =>
        new(
            Some.Id(),
            $"article-{article}",
            version,
            Some.Noon,
            article,
            "news",
            [],
            Some.Noon,
            new Dictionary<string, ArticleText> { ["en"] = new("Title", "Lead", "title", "") });

    public static ArticleRetracted Retracted(Guid article, long version) =>
        new(Some.Id(), $"article-{article}", version, Some.Noon, article, "wrong");

    /// <summary>A new article that was published to this service.</summary>
    public static async Task<Guid> Article(this CommentsService service)
    {
        var article = Some.Id();
        await service.PublishAndWait(Published(article, 2));
        return article;
    }
}
