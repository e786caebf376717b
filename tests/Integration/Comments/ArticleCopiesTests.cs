using Comments.Threads;
using Kit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Integration.Comments;

/// <summary>New comments use copies of articles that are held in memory as long as their rows do not change.</summary>
[Collection<CommentsService>]
public class ArticleCopiesTests(CommentsService service)
{
    private readonly ArticleCopies _copies = service.Services.GetRequiredService<ArticleCopies>();

    [Fact]
    public async Task A_copy_is_parsed_again_only_if_its_row_was_written()
    {
        var article = await service.Article();
        var first = await Load(article);
        Assert.Equal((2, false), (first!.ArticleVersion, first.Retracted));
        Assert.Same(first, await Load(article));

        // A rebuild by other code writes the row again, and mt_version stays as it was.
        await Move("other");
        Assert.Equal("other", (await Load(article))!.Section);
        await Move("news"); // other tests compare the rows with the events

        await service.PublishAndWait(Messages.Retracted(article, 3));
        Assert.True((await Load(article))!.Retracted);

        Task Move(string section) => service.Servers.Query<int>(
            $"""
            update comments.mt_doc_articlecopy set data = jsonb_set(data, '{"{section}"}', '"{section}"') where id = 'article-{article}'
            """);
    }

    [Fact]
    public async Task An_article_that_becomes_known_is_found_at_once()
    {
        var article = Some.Id();
        Assert.Null(await Load(article));
        await service.PublishAndWait(Messages.Published(article, 2));
        Assert.NotNull(await Load(article));
    }

    [Fact]
    public async Task Concurrent_requests_get_the_copies_of_their_own_articles()
    {
        Guid?[] articles = [await service.Article(), await service.Article(), await service.Article(), null];
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(async () =>
        {
            var article = articles[i % 4];
            Assert.Equal(article is null ? null : $"article-{article}", (await Load(article ?? Some.Id()))?.Id);
        })));
    }

    private Task<ArticleCopy?> Load(Guid article) => _copies.Load(article, TestContext.Current.CancellationToken);
}
