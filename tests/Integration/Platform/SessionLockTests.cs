using Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Postgres;
using Xunit;

namespace Integration.Platform;

[Collection<ArticlesService>]
public class SessionLockTests(ArticlesService service)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_sends_a_heartbeat_only_after_a_second_without_a_statement()
    {
        var settings = new NpgsqlConnectionStringBuilder(service.Servers.Database);
        LockSessions.Configure(settings);
        var clock = new ManualClock();
        await using var locks = new LockSessions(
            NpgsqlDataSource.Create(settings), clock, NullLogger<SessionLock>.Instance);
        await using var session = await locks.Open(Cancelled);
        var process = await session.Run(connection => Task.FromResult(connection.ProcessID), Cancelled);
        clock.Advance(TimeSpan.FromSeconds(0.9));
        await session.Run(connection => connection.Value("select 'in use'", Cancelled), Cancelled);
        clock.Advance(TimeSpan.FromSeconds(0.9));
        for (var i = 0; i < 10; i++) Assert.Equal("select 'in use'", await LastStatement(process));

        clock.Advance(TimeSpan.FromSeconds(0.2));
        await Eventually.IsTrue(async () => await LastStatement(process) == "select 1", "the session sends a heartbeat");
        Assert.False(session.Lost.IsCancellationRequested);
    }

    private Task<string?> LastStatement(int process) =>
        service.Servers.Query<string>($"select query from pg_stat_activity where pid = {process}");

    /// <summary>A clock that stands still until it is advanced. Timers fire when it is advanced to their time.</summary>
    private sealed class ManualClock : TimeProvider
    {
        private readonly Lock _lock = new();
        private readonly List<ManualTimer> _timers = [];
        private long _now;

        public override long GetTimestamp() => Interlocked.Read(ref _now);
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by)
        {
            ManualTimer[] due;
            lock (_lock)
            {
                _now += by.Ticks;
                due = [.. _timers.Where(t => t.DueAt <= _now)];
                _timers.RemoveAll(t => t.DueAt <= _now);
            }
            foreach (var timer in due) timer.Fire();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ManualTimer(() => callback(state));
            lock (_lock)
            {
                if (dueTime != Timeout.InfiniteTimeSpan) timer.DueAt = _now + dueTime.Ticks;
                _timers.Add(timer);
            }
            return timer;
        }
    }

    private sealed class ManualTimer(Action fire) : ITimer
    {
        public long DueAt { get; set; } = long.MaxValue;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => DueAt = long.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
