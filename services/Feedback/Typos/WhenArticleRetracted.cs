using MassTransit;
using Platform.Contracts.Articles;

namespace Feedback;

/// <summary>Closes the reports of an article that readers do not see any more.</summary>
public sealed class WhenArticleRetracted(Follower follower) : IConsumer<ArticleRetracted>
{
    public static ArticleVersionSeen Seen(ArticleRetracted message) => new(message.StreamVersion, "", new Dictionary<string, Wording>(), true);

    public Task Consume(ConsumeContext<ArticleRetracted> context) =>
        follower.See(context.Message.ArticleId, Seen(context.Message), context.Message.OccurredAt, context.CancellationToken);
}
