using Platform.EventSourcing;
using Platform.Web;
using Xunit;

namespace Kit;

/// <summary>
/// Tests a decision: given these events, when a command is decided, then these events follow. <see cref="Then"/> also decides the command
/// again on the resulting state and expects no further events, because a repeated request or message must change nothing. Commands that
/// may take effect repeatedly use <see cref="ThenEachTime"/>.
/// </summary>
public sealed class Spec<T> where T : class, IState<T>, new()
{
    private readonly T? _state;
    private Func<T?, IEnumerable<object>> _decide = _ => [];

    private Spec(IEnumerable<object> events) => _state = States.Fold<T>("", null, events);

    public static Spec<T> Given(params object[] events) => new(events);

    public Spec<T> When(Func<T?, IEnumerable<object>> decide)
    {
        _decide = decide;
        return this;
    }

    /// <summary>Expects these events in this order, and no further events if the command is decided again.</summary>
    public void Then(params object[] expected)
    {
        var after = ThenEachTime(expected);
        Assert.Empty(_decide(after));
    }

    public void ThenNothing() => Assert.Empty(_decide(_state));

    /// <summary>Expects these events, and returns the resulting state. Does not decide the command again.</summary>
    public T? ThenEachTime(params object[] expected)
    {
        var decided = _decide(_state).ToArray();
        Assert.Equal(expected.Select(Shown.Of), decided.Select(Shown.Of));
        return States.Fold("", _state, decided);
    }

    /// <summary>Expects a rejection of the given type whose message contains <paramref name="reason"/>.</summary>
    public void ThenThrows<TRejection>(string reason) where TRejection : Exception =>
        Assert.Contains(reason, Assert.Throws<TRejection>(() => _decide(_state).ToArray()).Message, StringComparison.OrdinalIgnoreCase);

    public void ThenRejected(string reason) => ThenThrows<Rejected>(reason);
}
