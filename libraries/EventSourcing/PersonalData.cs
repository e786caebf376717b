using Marten;

namespace Platform.EventSourcing;

/// <summary>
/// Marks a property of a stored event or state that is hidden from operators, because it contains personal data or text that is not public.
/// Admins can see it, and each such request is logged.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfidentialAttribute : Attribute;

/// <summary>Erases personal data from stored events.</summary>
public static class PersonalData
{
    /// <summary>
    /// Erases personal data from a stream. First its events are masked by the masking rules of the store. Then a new event records the
    /// erasure, which rewrites the read models and informs other services. Then the events are masked again, to include those that were
    /// appended in between. After a crash the erasure must be repeated. <paramref name="by"/> is the author of the new event.
    /// </summary>
    public static async Task Erase<T>(
        this IDocumentStore store,
        GroupCommit group,
        string stream,
        Func<object, bool> which,
        Func<T?, IEnumerable<object>> decide,
        string by,
        CancellationToken ct)
        where T : class, IState<T>, new()
    {
        Task Mask() => store.Advanced.ApplyEventDataMasking(mask => mask.IncludeStream(stream, e => which(e.Data)), ct);
        await Mask();
        await new Decider(store, group, new Actor { Name = by }).Decide(stream, decide, ct);
        await Mask();
    }
}
