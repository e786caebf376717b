using System.Diagnostics;
using Npgsql;

namespace Chaos;

/// <summary>
/// A fault that can be injected. <see cref="Inject"/> causes it and returns when the cause is removed; it removes the cause also if it is
/// cancelled. The platform may need more time to recover.
/// </summary>
internal sealed record Fault(string Name, string Description, Func<Site, CancellationToken, Task> Inject);

/// <summary>All faults that <c>./platform chaos</c> can inject.</summary>
internal static class Faults
{
    private const int IdleSessions = 280, Crashes = 25;
    /// <summary>Ids begin with a timestamp, so the newest discussion belongs to an article of the load.</summary>
    private const string NewestDiscussion = "select article_id from comments.discussion order by article_id desc limit 1";

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("kill-articles", "the leading replica of articles is killed", (site, _) => site.KillLeader("articles")),
        new("kill-comments", "the leading replica of comments is killed", (site, _) => site.KillLeader("comments")),
        new("kill-feedback", "the leading replica of feedback is killed", (site, _) => site.KillLeader("feedback")),
        new("kill-rates", "the leading replica of currency-rates is killed", (site, _) => site.KillLeader("currency-rates")),
        new("kill-gateway", "one of two gateways is killed", (site, _) => site.Kill("gateway-2")),
        new("freeze-60", "the leading replica of comments is frozen for 60 s", (site, ct) => Freeze(site, 60, ct)),
        new("freeze-145", "the leading replica of comments is frozen for 145 s", (site, ct) => Freeze(site, 145, ct)),
        new("lock-session", "the database session with the lock of the leader of comments is terminated six times", TerminateLockSessions),
        new("postgres-kill", "PostgreSQL is killed three times", KillPostgres),
        new("rabbitmq-kill", "RabbitMQ is killed", async (site, _) => await Site.IsBack(await site.Kill("rabbitmq"))),
        new("rabbitmq-away", "RabbitMQ is stopped for 3 minutes", StopBroker),
        new("memory-alarm", "the memory alarm of RabbitMQ blocks publishers for 60 s", MemoryAlarm),
        new("idle-sessions", $"{IdleSessions} idle sessions use up the connections of PostgreSQL for 60 s", OpenIdleSessions),
        new("held-number", "an open transaction holds back an event number of comments for 60 s", (site, ct) =>
            site.Hold("comments", "select nextval('comments.mt_events_sequence')", TimeSpan.FromSeconds(60), ct)),
        new("late-commit", "comments of one discussion are committed 20 s after they were given event numbers", (site, ct) => site.Hold(
            "comments",
            $"select 1 from comments.discussion where article_id = ({NewestDiscussion}) for update",
            TimeSpan.FromSeconds(20),
            ct)),
        new("table-lock", "a table of comments is locked for 30 s", (site, ct) =>
            site.Hold("comments", "lock table comments.mt_doc_commentview in access exclusive mode", TimeSpan.FromSeconds(30), ct)),
        new("consumer-crashes", $"the two replicas of articles, which count comments, are killed in turn, {Crashes} times", CrashConsumers),
        new("broker-wiped", "RabbitMQ loses its data", WipeBroker),
    ];

    /// <summary>Runs a shell command of the operator instead of a fault.</summary>
    public static Fault Command(string text) => new("command", text, async (_, ct) =>
    {
        using var shell = Process.Start("bash", ["-c", text]);
        await shell.WaitForExitAsync(ct);
        if (shell.ExitCode != 0) throw new InvalidOperationException($"The command \"{text}\" failed with exit code {shell.ExitCode}.");
    });

    private static async Task Freeze(Site site, int seconds, CancellationToken ct)
    {
        var leader = await site.Leader("comments");
        site.Signal(leader, "STOP");
        await Wait(seconds, ct);
        site.Signal(leader, "CONT");
        ct.ThrowIfCancellationRequested();
    }

    private static async Task TerminateLockSessions(Site site, CancellationToken ct)
    {
        for (var n = 0; n < 6; n++)
        {
            var leader = await site.Leader("comments");
            await using var session = await site.Session("comments");
            await using var command = new NpgsqlCommand(
                """
                select count(*) from (
                  select pg_terminate_backend(pid) from pg_stat_activity where datname = 'comments' and application_name = $1
                    and pid in (select pid from pg_locks where locktype = 'advisory' and granted)) ended
                """, session);
            command.Parameters.Add(new() { Value = leader.Name });
            if (await command.ExecuteScalarAsync(ct) is not > 0L)
                throw new InvalidOperationException($"{leader.Name} has no session that holds a lock.");
            await Task.Delay(TimeSpan.FromSeconds(3), ct);
        }
    }

    private static async Task KillPostgres(Site site, CancellationToken ct)
    {
        for (var n = 0; n < 3; n++)
        {
            await Site.IsBack(await site.Kill("postgres"));
            if (n < 2) await Task.Delay(TimeSpan.FromSeconds(5), ct);
        }
    }

    private static async Task StopBroker(Site site, CancellationToken ct)
    {
        await site.Platform.Script("stop", "rabbitmq");
        await Wait(180, ct);
        await site.Platform.Script("start", "rabbitmq");
        await site.IsReady("rabbitmq");
        ct.ThrowIfCancellationRequested();
    }

    private static async Task MemoryAlarm(Site site, CancellationToken ct)
    {
        await site.RabbitMqCtl("set_vm_memory_high_watermark", "0.00001");
        await Wait(60, ct);
        await site.RabbitMqCtl("set_vm_memory_high_watermark", "0.4"); // RabbitMQ's default
        ct.ThrowIfCancellationRequested();
    }

    private static async Task OpenIdleSessions(Site site, CancellationToken ct)
    {
        var sessions = new List<NpgsqlConnection>();
        try
        {
            while (sessions.Count < IdleSessions) sessions.Add(await site.Session("postgres"));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            // All connections are in use, which is the purpose.
        }
        await Wait(60, ct);
        foreach (var session in sessions) await session.DisposeAsync();
        ct.ThrowIfCancellationRequested();
    }

    private static async Task CrashConsumers(Site site, CancellationToken ct)
    {
        for (var n = 0; n < Crashes; n++)
        {
            var killed = await site.Kill($"articles-{1 + n % 2}");
            if (n < Crashes - 1) await Site.IsBack(killed);
            ct.ThrowIfCancellationRequested();
        }
    }

    private static async Task WipeBroker(Site site, CancellationToken ct)
    {
        await site.Platform.Script("stop", "rabbitmq");
        Directory.Delete(Path.Combine(site.Data, "rabbitmq", "data"), recursive: true);
        await site.Platform.Script("start", "rabbitmq");
        await site.IsReady("rabbitmq");
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until the time has passed or the run is cancelled; does not throw, so that the caller can remove the cause.</summary>
    public static Task Wait(int seconds, CancellationToken ct) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), ct).ContinueWith(_ => { }, TaskScheduler.Default);
}
