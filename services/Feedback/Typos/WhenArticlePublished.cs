using MassTransit;
using Platform.Contracts.Articles;

namespace Feedback;

/// <summary>Keeps the text of an article that readers see now, for the first time or again.</summary>
public sealed class WhenArticlePublished(Follower follower) : IConsumer<ArticlePublished>
{
    public static ArticleVersionSeen Seen(ArticlePublished message) => new(message.StreamVersion, message.Section, message.Texts.ToDictionary(t => t.Key, t => new Wording(t.Value.Title, t.Value.Lead, t.Value.BodyHtml)), false);

    public Task Consume(ConsumeContext<ArticlePublished> context) =>
        follower.See(context.Message.ArticleId, Seen(context.Message), context.Message.OccurredAt, context.CancellationToken);
}
