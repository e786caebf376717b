using Marten;

namespace Platform.EventSourcing;

/// <summary>
/// A property of a stored event, or of a state, that operators do not see: people left it about themselves or about others, or readers may
/// not see it (yet). Admins do, and that is logged.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfidentialAttribute : Attribute;

/// <summary>What people left about themselves, in stored events.</summary>
public static class PersonalData
{
    /// <summary>
    /// Takes it out of a stream. First its events are masked, by the rules the store has, then a new event says so, which rewrites the read
    /// models and tells other services; then they are masked once more, for what was added in between. A crash on the way leaves it to be
    /// done again. The new event names who had it erased (<paramref name="by"/>).
    /// </summary>
    public static async Task Erase<T>(
        this IDocumentStore store,
        GroupCommit group,
        string stream,
        Func<object, bool> which,
        Func<T?, IEnumerable<object>> decide,
        string by,
        CancellationToken ct)
        where T : class, IState<T>
    {
        Task Mask() => store.Advanced.ApplyEventDataMasking(mask => mask.IncludeStream(stream, e => which(e.Data)), ct);
        await Mask();
        await new Decider(store, group, new Actor { Name = by }).Decide(stream, decide, ct);
        await Mask();
    }
}
