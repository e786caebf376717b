using MassTransit;
using Platform.Contracts.Comments;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// Stores the comment count of an article. A version that was already seen, or an older one, is ignored. Versions start again in a newer
/// epoch of the publisher's store.
/// </summary>
public sealed class WhenDiscussionChanged(Decider decider, BulkDecider bulk)
    : IConsumer<DiscussionChanged>, IConsumer<EventBatch<DiscussionChanged>>
{
    public static IEnumerable<object> Decide(DiscussionChanged message, ArticleDiscussion? discussion, long epoch = 0)
    {
        if ((epoch, message.StreamVersion).CompareTo((discussion?.Epoch ?? 0, discussion?.DiscussionVersion ?? 0)) > 0)
            yield return new DiscussionCounted(message.Comments, message.StreamVersion) { Epoch = epoch };
    }

    public Task Consume(ConsumeContext<DiscussionChanged> context) => decider.Decide<ArticleDiscussion>(
        Streams.Discussion(context.Message.ArticleId), d => Decide(context.Message, d, context.Epoch()), context.CancellationToken);

    public Task Consume(ConsumeContext<EventBatch<DiscussionChanged>> context) => context.ConsumeOrSplit(() => bulk.Decide(
        context.Message.Events.ToDictionary(
            e => Streams.Discussion(e.ArticleId),
            e => (Func<ArticleDiscussion?, IEnumerable<object>>)(d => Decide(e, d, context.Epoch()))),
        context.CancellationToken));
}
