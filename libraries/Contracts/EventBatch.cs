using Platform.Contracts.Articles;
using Platform.Contracts.Comments;

namespace Platform.Contracts;

/// <summary>
/// One message with up to 100 public events of one type, each of a different stream. A publisher with many pending events sends them in
/// batches; at low rates it sends each event as its own message. A consumer handles each event as if it had arrived alone.
/// </summary>
/// <param name="Events">The events, in the order in which they were stored.</param>
public sealed record EventBatch<T>(IReadOnlyList<T> Events) where T : class;

/// <summary>Defines which public events are sent in batches, and builds the batches.</summary>
public static class EventBatch
{
    /// <summary>The types that are sent in batches. Every consumer of one of these types must also consume its batches.</summary>
    public static IReadOnlyList<Type> Types { get; } = [typeof(ArticleStatsChanged), typeof(CommentPosted), typeof(DiscussionChanged)];

    /// <summary>Returns the message type of a batch of such events.</summary>
    public static Type Of(Type events) => typeof(EventBatch<>).MakeGenericType(events);

    /// <summary>Creates a batch of the events, which must all have the same type.</summary>
    public static object Of(IReadOnlyList<object> events)
    {
        var type = events[0].GetType();
        var typed = Array.CreateInstance(type, events.Count);
        for (var i = 0; i < events.Count; i++) typed.SetValue(events[i], i);
        return Activator.CreateInstance(Of(type), typed)!;
    }
}
