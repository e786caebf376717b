using System.Reflection;
using Marten;
using Platform.EventSourcing;

namespace Platform.Replays;

/// <summary>
/// The state types of a service, which show the state of a stream at any version. The type is inferred from the events, because a stream
/// does not record it.
/// </summary>
public sealed class StateTypes(Assembly service)
{
    private readonly Type[] _types =
    [
        .. service.GetTypes()
        .Append(typeof(Replay))
        .Where(t => !t.IsAbstract && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IState<>))),
    ];

    /// <summary>Folds the events into the state type that handles most of them. Returns null if no type handles any.</summary>
    public object? Fold(string stream, IReadOnlyList<object> events) =>
        _types.Select(type => Fold(type, stream, events))
            .Where(f => f.Handled > 0)
            .OrderByDescending(f => f.Handled)
            .Select(f => f.State)
            .FirstOrDefault();

    private static (object State, int Handled) Fold(Type type, string stream, IReadOnlyList<object> events)
    {
        var evolve = type.GetMethod(nameof(Replay.Evolve), [typeof(object)])!;
        var state = Activator.CreateInstance(type)!;
        type.GetProperty(nameof(Replay.Id))!.SetValue(state, stream);
        var handled = 0;
        foreach (var e in events)
        {
            var next = evolve.Invoke(state, [e])!;
            // A state that does not know an event returns itself.
            if (!ReferenceEquals(next, state)) handled++;
            state = next;
        }
        return (state, handled);
    }
}
