using JasperFx.Events;

namespace Kit;

/// <summary>Wraps events as the store passes them to projections and to Outgoing: with stream, version, id and time.</summary>
public static class Streamed
{
    public static IReadOnlyList<IEvent> In(string stream, params object[] events) =>
    [
        .. events.Select((data, i) => Wrap(stream, i + 1, data)),
    ];

    private static IEvent Wrap(string stream, long version, object data)
    {
        var e = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(data.GetType()), data)!;
        e.Id = new Guid((int)version, 0, 0, new byte[8]);
        (e.StreamKey, e.Version, e.Sequence, e.Timestamp) = (stream, version, version, Some.Noon.AddMinutes(version));
        return e;
    }

    /// <summary>Applies a projection to these events, and returns the resulting read model.</summary>
    public static T? Fold<T>(Func<T?, string, IEvent, T?> evolve, string stream, params object[] events) where T : class =>
        In(stream, events).Aggregate((T?)null, (snapshot, e) => evolve(snapshot, stream, e));
}
