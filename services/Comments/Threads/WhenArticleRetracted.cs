using MassTransit;
using Platform.Contracts.Articles;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Web;

namespace Comments.Threads;

/// <summary>Closes the discussion of a retracted article.</summary>
public sealed class WhenArticleRetracted(Decider decider) : IConsumer<ArticleRetracted>
{
    public static IEnumerable<object> Decide(ArticleRetracted message, ArticleCopy? copy, long epoch = 0) =>
        ArticleCopy.ApplyVersion(copy, new ArticleSeen(message.StreamVersion, Retracted: true) { Epoch = epoch });

    public Task Consume(ConsumeContext<ArticleRetracted> context) =>
        decider.Decide<ArticleCopy>(
            Streams.Article(context.Message.ArticleId), copy => Decide(context.Message, copy, context.Epoch()), context.CancellationToken);
}
