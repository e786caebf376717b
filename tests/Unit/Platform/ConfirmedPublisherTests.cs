using Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Platform;

public class ConfirmedPublisherTests
{
    private readonly ConfirmedPublisher _publisher = new(TimeProvider.System, NullLogger<ConfirmedPublisher>.Instance);
    private int _attempts, _together, _most;
    private volatile bool _isAvailable;
    private TaskCompletionSource? _answer;

    [Fact]
    public async Task One_message_at_a_time_is_tried_while_the_broker_is_unavailable()
    {
        var ct = TestContext.Current.CancellationToken;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await _publisher.PublishUntilConfirmed(Message(), _ => Send(), soon.Token, (_, _) => soon.CancelAsync());
        });
        _most = 0;
        var publishing = Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _publisher.PublishUntilConfirmed(Message(), _ => Send(), ct)));
        await Eventually.IsTrue(() => Task.FromResult(_attempts >= 4), "several attempts were made");
        Assert.Equal(1, _most);

        _isAvailable = true;
        await publishing;
        // Each message was published once, after at least three failures; the fourth attempt may already have succeeded.
        Assert.InRange(_attempts, 53, 60);
    }

    [Fact]
    public async Task Messages_are_published_concurrently_while_the_broker_confirms()
    {
        _isAvailable = true;
        _answer = new TaskCompletionSource();
        var publishing = Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            _publisher.PublishUntilConfirmed(Message(), _ => Send(), TestContext.Current.CancellationToken)));
        await Eventually.IsTrue(() => Task.FromResult(_most == 50), "all are being published");
        _answer.SetResult();
        await publishing;
        Assert.Equal(50, _attempts);
    }

    [Fact]
    public async Task A_failed_attempt_is_reported_and_retried()
    {
        var failed = new List<(int, string)>();
        await _publisher.PublishUntilConfirmed(Message(), _ => Send(), TestContext.Current.CancellationToken, (attempt, e) =>
        {
            failed.Add((attempt, e.Message));
            _isAvailable = attempt == 2;
            return Task.CompletedTask;
        });
        Assert.Equal([(1, "unavailable"), (2, "unavailable")], failed);
    }

    private async Task Send()
    {
        Interlocked.Increment(ref _attempts);
        var together = Interlocked.Increment(ref _together);
        lock (_publisher) _most = Math.Max(_most, together);
        await Task.Yield();
        if (_isAvailable && _answer is not null) await _answer.Task;
        Interlocked.Decrement(ref _together);
        if (!_isAvailable) throw new InvalidOperationException("unavailable");
    }

    private static Outbound Message() => new(Some.Id(), "stream", "message", null);
}
