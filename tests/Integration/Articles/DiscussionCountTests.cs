using Articles.Reading;
using Kit;
using Platform.Contracts;
using Platform.Contracts.Comments;
using Xunit;
using Public = Platform.Contracts.Articles;

namespace Integration.Articles;

[Collection<ArticlesService>]
public class DiscussionCountTests(ArticlesService service)
{
    [Fact]
    public async Task The_newest_count_is_shown_and_announced_even_if_messages_are_repeated_or_late()
    {
        using var editor = new Editor(service.Client("editor"));
        var id = await editor.Publishes(await editor.Section());
        await service.PublishAndWait(Changed(id, 3, 30), Changed(id, 3, 30), Changed(id, 3, 30));
        var before = await service.EventsStored();
        await service.PublishAndWait(Changed(id, 1, 10), Changed(id, 3, 30), Changed(id, 2, 20), Changed(id, 1, 10));

        Assert.Equal(before, await service.EventsStored());
        using var reader = service.Client();
        Assert.Equal(30, (await reader.Get<ArticleView>($"/api/articles/{id}")).CommentCount);
        Assert.Equal(
            (1, 30),
            await service.Bus.WaitFor<Public.ArticleStatsChanged>(s => s.ArticleId == id, "the count is announced") is var stats
                ? (stats.StreamVersion, stats.Comments)
                : default);
    }

    [Fact]
    public async Task A_batch_of_counts_has_the_same_effect_as_single_counts()
    {
        using var editor = new Editor(service.Client("editor"));
        var section = await editor.Section();
        var known = await editor.Publishes(section);
        await service.PublishAndWait(Changed(known, 2, 20));
        Guid[] articles = [.. Enumerable.Range(0, 20).Select(_ => Some.Id())];

        var batch = new EventBatch<DiscussionChanged>([Changed(known, 3, 30), .. articles.Select((a, i) => Changed(a, 1, i))]);
        await service.PublishAndWait(batch);
        var stored = await service.EventsStored();
        await service.PublishAndWait(batch, new EventBatch<DiscussionChanged>([Changed(known, 1, 10), Changed(articles[1], 1, 7)]));

        Assert.Equal(stored, await service.EventsStored());
        using var reader = service.Client();
        Assert.Equal(30, (await reader.Get<ArticleView>($"/api/articles/{known}")).CommentCount);
        foreach (var (article, i) in articles.Select((a, i) => (a, i)))
            await service.Bus.WaitFor<Public.ArticleStatsChanged>(
                s => (s.ArticleId, s.Comments, s.StreamVersion) == (article, i, 1), "the count is announced");
        Assert.Equal("articles-when-discussion-changed", await service.Servers.Query<string>(
            $"select user_name from articles.mt_events where stream_id = 'discussion-{articles[0]}'"));
        Assert.Equal("article_discussion", await service.Servers.Query<string>(
            $"select type from articles.mt_streams where id = 'discussion-{articles[0]}' and version = 1"));
        await service.AssertReadModelEqualsStreams<ArticleDiscussion>("discussion-");
        await service.PublishAndWait(Changed(articles[0], 2, 40));
        Assert.Equal(40, await service.Servers.Query<int>(
            $"select comments from articles.mt_doc_articlediscussion where id = 'discussion-{articles[0]}' and mt_version = 2"));
    }

    [Fact]
    public async Task Concurrent_batches_and_single_counts_of_the_same_discussions_end_with_the_newest_version()
    {
        Guid[] articles = [.. Enumerable.Range(0, 10).Select(_ => Some.Id())];
        await service.PublishAndWait([.. Enumerable.Range(1, 12).Select(version => version % 2 == 0
            ? (object)new EventBatch<DiscussionChanged>([.. articles.Select(a => Changed(a, version, 10 * version))])
            : Changed(articles[version % 10], version, 10 * version))]);
        foreach (var article in articles)
            Assert.Equal(
                120,
                await service.Servers.Query<int>(
                    $"select comments from articles.mt_doc_articlediscussion where id = 'discussion-{article}'"));
        await service.AssertReadModelEqualsStreams<ArticleDiscussion>("discussion-");
    }

    [Fact]
    public async Task The_events_of_a_batch_that_fails_are_handled_one_by_one()
    {
        var article = Some.Id();
        // This batch fails, because a batch may contain at most one event of each discussion.
        await service.PublishAndWait(new EventBatch<DiscussionChanged>([Changed(article, 1, 10), Changed(article, 2, 20)]));
        await service.Bus.WaitFor<Public.ArticleStatsChanged>(
            s => s.ArticleId == article && s.Comments == 20, "the newest count is announced");
    }

    private static DiscussionChanged Changed(Guid article, long version, int comments) =>
        new(Some.Id(), $"discussion-{article}", version, Some.Noon, article, comments);
}
