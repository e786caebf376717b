using MassTransit;
using Platform.Contracts.Articles;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Web;

namespace Comments.Threads;

/// <summary>Opens the discussion of a published article.</summary>
public sealed class WhenArticlePublished(Decider decider) : IConsumer<ArticlePublished>
{
    public static IEnumerable<object> Decide(ArticlePublished message, ArticleCopy? copy, long epoch = 0) =>
        ArticleCopy.ApplyVersion(copy, new ArticleSeen(message.StreamVersion, false)
        {
            Epoch = epoch,
            Section = message.Section,
            PublishedAt = message.PublishedAt,
            Headings = message.Texts.ToDictionary(t => t.Key, t => new Heading(t.Value.Title, t.Value.Slug)),
        });

    public Task Consume(ConsumeContext<ArticlePublished> context) =>
        decider.Decide<ArticleCopy>(
            Streams.Article(context.Message.ArticleId), copy => Decide(context.Message, copy, context.Epoch()), context.CancellationToken);
}
