using Platform.Contracts.Articles;
using Platform.Contracts.Comments;

namespace Platform.Contracts;

/// <summary>
/// Public events of one type in one message, at most 100, each of a different stream. A publisher that has many events waiting sends them
/// in batches; at low rates it sends each event as a message of its own. A consumer handles each event as if it had arrived alone.
/// </summary>
/// <param name="Events">In the order in which they were stored.</param>
public sealed record EventBatch<T>(IReadOnlyList<T> Events) where T : class;

/// <summary>Which events are sent in batches.</summary>
public static class EventBatch
{
    /// <summary>Every consumer of one of these types also consumes batches of it.</summary>
    public static IReadOnlyList<Type> Types { get; } = [typeof(ArticleStatsChanged), typeof(CommentPosted), typeof(DiscussionChanged)];

    /// <summary>The type of a batch of these events.</summary>
    public static Type Of(Type events) => typeof(EventBatch<>).MakeGenericType(events);

    /// <summary>A batch of events, which must all have the same type.</summary>
    public static object Of(IReadOnlyList<object> events)
    {
        var type = events[0].GetType();
        var typed = Array.CreateInstance(type, events.Count);
        for (var i = 0; i < events.Count; i++) typed.SetValue(events[i], i);
        return Activator.CreateInstance(Of(type), typed)!;
    }
}
