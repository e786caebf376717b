using MassTransit;
using Platform.Contracts.Articles;

namespace Feedback;

/// <summary>Keeps the text of a new version, and closes the reports that it settles.</summary>
public sealed class WhenArticleRevised(Follower follower) : IConsumer<ArticleRevised>
{
    public static ArticleVersionSeen Seen(ArticleRevised message) => new(message.StreamVersion, message.Section, message.Texts.ToDictionary(t => t.Key, t => new Wording(t.Value.Title, t.Value.Lead, t.Value.BodyHtml)), false);

    public Task Consume(ConsumeContext<ArticleRevised> context) =>
        follower.See(context.Message.ArticleId, Seen(context.Message), context.Message.TypoReportId, context.Message.OccurredAt, context.CancellationToken);
}
