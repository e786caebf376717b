using Platform.EventSourcing;
using Xunit;

namespace Kit;

/// <summary>
/// Given what has happened, when a command decides, then this is what happens. Every Then decides once more on the state it led to and
/// expects nothing new: a repeated request or message must change nothing. The rare command that may repeat says ThenEachTime.
/// </summary>
public sealed class Spec<T> where T : class, IState<T>, new()
{
    private readonly T? _state;
    private Func<T?, IEnumerable<object>> _decide = _ => [];

    private Spec(IEnumerable<object> events) => _state = Fold(null, events);

    public static Spec<T> Given(params object[] events) => new(events);

    public Spec<T> When(Func<T?, IEnumerable<object>> decide)
    {
        _decide = decide;
        return this;
    }

    /// <summary>These events in this order; and deciding again on the new state yields none.</summary>
    public void Then(params object[] expected)
    {
        var after = ThenEachTime(expected);
        Assert.Empty(_decide(after));
    }

    public void ThenNothing() => Assert.Empty(_decide(_state));

    /// <summary>These events, and the same again when asked again: for commands that are meant to repeat.</summary>
    public T? ThenEachTime(params object[] expected)
    {
        var decided = _decide(_state).ToArray();
        Assert.Equal(expected.Select(Shown.Of), decided.Select(Shown.Of));
        return Fold(_state, decided);
    }

    /// <summary>A "no" of the given kind whose words contain <paramref name="reason"/>.</summary>
    public void ThenThrows<TNo>(string reason) where TNo : Exception =>
        Assert.Contains(reason, Assert.Throws<TNo>(() => _decide(_state).ToArray()).Message, StringComparison.OrdinalIgnoreCase);

    public void ThenRejected(string reason) => ThenThrows<Rejected>(reason);

    private static T? Fold(T? state, IEnumerable<object> events) => events.Aggregate(state, (s, e) => (s ?? new T()).Evolve(e));
}
