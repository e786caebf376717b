using Kit;
using Microsoft.Extensions.Time.Testing;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class PeriodicWorkTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new();
    private int _runs, _failures;

    [Fact]
    public async Task Work_is_repeated_after_success_and_failure_until_the_service_stops()
    {
        using var stopping = new CancellationTokenSource();
        var working = PeriodicWork.Repeat(Interval, _clock, FailTheSecondTime, _ => _failures++, stopping.Token);
        Assert.Equal(1, _runs);
        for (var run = 2; run <= 3; run++)
        {
            _clock.Advance(Interval);
            await Eventually.IsTrue(() => Task.FromResult(_runs == run), "the work should be repeated");
        }
        await stopping.CancelAsync();
        await working;
        Assert.Equal((3, 1), (_runs, _failures));
    }

    [Fact]
    public async Task Work_that_does_not_begin_at_once_begins_after_the_interval()
    {
        using var stopping = new CancellationTokenSource();
        var working = PeriodicWork.Repeat(Interval, _clock, FailTheSecondTime, _ => _failures++, stopping.Token, atOnce: false);
        Assert.Equal(0, _runs);
        _clock.Advance(Interval);
        await Eventually.IsTrue(() => Task.FromResult(_runs == 1), "the work should begin");
        await stopping.CancelAsync();
        await working;
    }

    [Fact]
    public async Task Work_that_is_done_is_not_repeated()
    {
        using var stopping = new CancellationTokenSource();
        await PeriodicWork.RepeatUntilDone(Interval, _clock, _ => Task.FromResult(++_runs == 1), _ => _failures++, stopping.Token);
        Assert.Equal((1, 0), (_runs, _failures));
    }

    private Task FailTheSecondTime(CancellationToken ct) =>
        ++_runs == 2 ? throw new InvalidOperationException("The second time fails.") : Task.CompletedTask;
}
