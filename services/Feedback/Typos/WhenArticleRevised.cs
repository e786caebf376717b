using MassTransit;
using Platform.Contracts.Articles;
using Platform.Messaging;
using Platform.Web;

namespace Feedback.Typos;

/// <summary>Stores the text of a new version, and closes the reports that it settles.</summary>
public sealed class WhenArticleRevised(ArticleTracker articles) : IConsumer<ArticleRevised>
{
    public static ArticleVersionSeen Seen(ArticleRevised message, long epoch = 0)
    {
        var texts = message.Texts.ToDictionary(t => t.Key, t => new Wording(t.Value.Title, t.Value.Lead, t.Value.BodyHtml));
        return new(message.StreamVersion, message.Section, texts, false) { Corrects = message.TypoReportId, Epoch = epoch };
    }

    public Task Consume(ConsumeContext<ArticleRevised> context) =>
        articles.Receive(
            context.Message.ArticleId, Seen(context.Message, context.Epoch()), context.Message.OccurredAt, context.CancellationToken);
}
