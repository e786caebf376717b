using MassTransit;
using Platform.Contracts.Articles;
using Platform.Messaging;
using Platform.Web;

namespace Feedback.Typos;

/// <summary>Closes the reports on a retracted article.</summary>
public sealed class WhenArticleRetracted(ArticleTracker articles) : IConsumer<ArticleRetracted>
{
    public static ArticleVersionSeen Seen(ArticleRetracted message, long epoch = 0) =>
        new(message.StreamVersion, "", new Dictionary<string, Wording>(), true)
        {
            Epoch = epoch,
        };

    public Task Consume(ConsumeContext<ArticleRetracted> context) =>
        articles.Receive(
            context.Message.ArticleId, Seen(context.Message, context.Epoch()), context.Message.OccurredAt, context.CancellationToken);
}
