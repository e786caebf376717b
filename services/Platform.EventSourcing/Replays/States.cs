using System.Reflection;
using Marten;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// The states a service folds, to show what a stream was at any version: told by what its events are, for a stream does not say.
/// </summary>
public sealed class States(Assembly service)
{
    private readonly Type[] _types =
    [
        .. service.GetTypes()
        .Append(typeof(Replay))
        .Where(t => !t.IsAbstract && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IState<>))),
    ];

    /// <summary>The state that understands most of these events, after them; null where none understands any.</summary>
    public object? Fold(string stream, IReadOnlyList<object> events) =>
        _types.Select(type => Fold(type, stream, events))
            .Where(f => f.Understood > 0)
            .OrderByDescending(f => f.Understood)
            .Select(f => f.State)
            .FirstOrDefault();

    private static (object State, int Understood) Fold(Type type, string stream, IReadOnlyList<object> events)
    {
        var evolve = type.GetMethod(nameof(Replay.Evolve), [typeof(object)])!;
        var state = Activator.CreateInstance(type)!;
        if (type.GetProperty("Id") is { CanWrite: true } id && id.PropertyType == typeof(string)) id.SetValue(state, stream);
        var understood = 0;
        foreach (var e in events)
        {
            var next = evolve.Invoke(state, [e])!;
            // A state that does not know an event stays the very object it was.
            if (!ReferenceEquals(next, state)) understood++;
            state = next;
        }
        return (state, understood);
    }
}
