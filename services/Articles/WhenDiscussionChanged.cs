using MassTransit;
using Platform.Contracts.Comments;
using Platform.EventSourcing;

namespace Articles;

/// <summary>Keeps the comment count of an article; a version already seen, or an older one, changes nothing.</summary>
public sealed class WhenDiscussionChanged(Decider decider) : IConsumer<DiscussionChanged>
{
    public static IEnumerable<object> Decide(DiscussionChanged message, ArticleDiscussion? discussion)
    {
        if (message.StreamVersion > (discussion?.DiscussionVersion ?? 0)) yield return new DiscussionCounted(message.Comments, message.StreamVersion);
    }

    public Task Consume(ConsumeContext<DiscussionChanged> context) =>
        decider.Decide<ArticleDiscussion>(Streams.Discussion(context.Message.ArticleId), d => Decide(context.Message, d), context.CancellationToken);
}
