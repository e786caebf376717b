using System.Runtime.CompilerServices;
using Gateway;
using Gateway.Cache;
using Platform.Contracts;
using Platform.Contracts.Articles;
using Platform.Contracts.Comments;
using Platform.Contracts.CurrencyRates;
using Xunit;

namespace Unit.Gateway;

public class CacheInvalidationTests
{
    [Fact]
    public void Every_public_event_has_surrogate_keys_or_is_listed_as_irrelevant()
    {
        var events =
            typeof(ArticlePublished).Assembly.GetExportedTypes().Where(t => t.GetProperty("StreamVersion") is not null).ToHashSet();
        Assert.True(events.Count >= 12, $"only {events.Count} public events were found");
        Assert.Equal(events, CacheInvalidation.Messages.Where(m => !m.IsGenericType).Concat(CacheInvalidation.Irrelevant).ToHashSet());
        Assert.All(
            events.Except(CacheInvalidation.Irrelevant),
            type => Assert.NotEmpty(CacheInvalidation.Keys(RuntimeHelpers.GetUninitializedObject(type))));
    }

    [Fact]
    public void A_batch_invalidates_the_keys_of_its_events()
    {
        Assert.Equal(
            CacheInvalidation.Messages.Intersect(EventBatch.Types).Select(EventBatch.Of).ToHashSet(),
            CacheInvalidation.Messages.Where(m => m.IsGenericType).ToHashSet());
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.Equal(
            $"comments-{one} comments-{two}",
            Text(EventBatch.Of([Posted(one), Posted(two), Posted(one)])));
        Assert.Equal(
            $"discussion-{one} ranking-0 ranking-1 discussion-{two}",
            Text(EventBatch.Of([Counted(one, 3), Counted(two, 2)])));
    }

    [Fact]
    public void A_comment_invalidates_the_comments_of_its_article_and_a_count_invalidates_the_discussion_and_the_ranking()
    {
        var article = Guid.CreateVersion7();
        Assert.Equal($"comments-{article}", Text(Posted(article)));
        Assert.Equal($"discussion-{article} ranking-0 ranking-1", Text(Counted(article, 3)));
        Assert.Equal($"discussion-{article}", Text(Counted(article, 0)));
    }

    [Fact]
    public void An_event_of_an_article_invalidates_the_article_and_the_lists_and_rates_invalidate_all_rates()
    {
        var id = Guid.CreateVersion7();
        var keys = $"articles article-{id}";
        var texts = new Dictionary<string, ArticleText>();
        Assert.Equal(keys, Text(new ArticlePublished(default, $"article-{id}", 1, default, id, "news", [], default, texts)));
        Assert.Equal(keys, Text(new ArticleRevised(default, $"article-{id}", 2, default, id, "news", [], default, texts)));
        Assert.Equal(keys, Text(new ArticleRetracted(default, $"article-{id}", 1, default, id, "")));
        Assert.Equal("rates", Text(RuntimeHelpers.GetUninitializedObject(typeof(RatesPublished))));
        Assert.Equal("rates", Text(RuntimeHelpers.GetUninitializedObject(typeof(RatesCorrected))));
    }

    [Fact]
    public void A_changed_picture_invalidates_the_articles_that_show_it()
    {
        var id = Guid.CreateVersion7();
        Assert.Equal(SurrogateKey.Media(id).Value, Text(new MediaChanged(default, $"renditions-{id}", 1, default, id)));
    }

    [Fact]
    public void Gateways_of_two_releases_understand_each_other() =>
        Assert.Equal("urn:message:Gateway:KeysChanged", MassTransit.MessageUrn.ForTypeString<KeysChanged>());

    private static string Text(object message) => string.Join(' ', CacheInvalidation.Keys(message));

    private static ArticleStatsChanged Counted(Guid article, int comments) =>
        new(default, $"discussion-{article}", 1, default, article, comments);

    private static CommentPosted Posted(
        Guid article) => new(default, "comment-1", 1, default, default, article, null, "Ann", "Hi", default);
}
