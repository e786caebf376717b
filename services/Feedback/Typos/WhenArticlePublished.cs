using MassTransit;
using Platform.Contracts.Articles;
using Platform.Messaging;
using Platform.Web;

namespace Feedback.Typos;

/// <summary>Stores the text of an article that was published, for the first time or again.</summary>
public sealed class WhenArticlePublished(ArticleTracker articles) : IConsumer<ArticlePublished>
{
    public static ArticleVersionSeen Seen(ArticlePublished message, long epoch = 0) =>
        new(
            message.StreamVersion,
            message.Section,
            message.Texts.ToDictionary(t => t.Key, t => new Wording(t.Value.Title, t.Value.Lead, t.Value.BodyHtml)),
            false)
        {
            Epoch = epoch,
        };

    public Task Consume(ConsumeContext<ArticlePublished> context) =>
        articles.Receive(
            context.Message.ArticleId, Seen(context.Message, context.Epoch()), context.Message.OccurredAt, context.CancellationToken);
}
