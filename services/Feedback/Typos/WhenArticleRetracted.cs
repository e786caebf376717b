using MassTransit;
using Platform.Contracts.Articles;
using Platform.EventSourcing;

namespace Feedback;

/// <summary>Closes the reports of an article that readers do not see any more.</summary>
public sealed class WhenArticleRetracted(Follower follower) : IConsumer<ArticleRetracted>
{
    public static ArticleVersionSeen Seen(ArticleRetracted message, long epoch = 0) =>
        new(message.StreamVersion, "", new Dictionary<string, Wording>(), true)
        {
            Epoch = epoch,
        };

    public Task Consume(ConsumeContext<ArticleRetracted> context) =>
        follower.See(
            context.Message.ArticleId, Seen(context.Message, context.Epoch()), context.Message.OccurredAt, context.CancellationToken);
}
