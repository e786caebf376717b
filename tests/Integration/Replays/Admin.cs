using System.Net;
using Kit;
using Platform.Replays;
using Platform.Replays.Admin;

namespace Integration.Replays;

/// <summary>Requests that an admin sends to one service.</summary>
public static class Admin
{
    /// <summary>Requests a replay and waits for its end.</summary>
    public static async Task<ReplayItem> Replays(
        this HttpClient admin,
        string service,
        string target,
        string mode = "apply",
        object? scope = null,
        int? eventsPerSecond = null) =>
        await admin.WaitForEnd(service, await admin.RequestReplay(service, target, mode, scope, eventsPerSecond));

    public static async Task<Guid> RequestReplay(
        this HttpClient admin,
        string service,
        string target,
        string mode = "apply",
        object? scope = null,
        int? eventsPerSecond = null)
    {
        object body = (scope, eventsPerSecond) switch
        {
            (null, null) => new { target, mode, reason = "a test" },
            ({ }, null) => new { target, mode, reason = "a test", scope },
            (null, { }) => new { target, mode, reason = "a test", eventsPerSecond },
            _ => new { target, mode, reason = "a test", scope, eventsPerSecond },
        };
        return (await admin.Send($"POST /admin/{service}/replays", body)).Is(HttpStatusCode.Accepted).As<ReplayItem>().Id;
    }

    public static async Task<ReplayItem> WaitForEnd(this HttpClient admin, string service, Guid replay) =>
        await Eventually.Get(
            async () =>
                await admin.Replay(service, replay) is { State: not (ReplayStatus.Queued or ReplayStatus.Running) } ended ? ended : null,
            "the replay ends",
            TimeSpan.FromSeconds(120));

    public static async Task<ReplayItem> Replay(this HttpClient admin, string service, Guid replay) =>
        await admin.Get<ReplayItem>($"/admin/{service}/replays/{replay}");

    public static Task<ReplayItem> WaitUntil(
        this HttpClient admin,
        string service,
        Guid replay,
        Func<ReplayItem, bool> condition,
        string because) =>
        Eventually.Get(
            async () => await admin.Replay(service, replay) is { } now && condition(now) ? now : null, because, TimeSpan.FromSeconds(60));
}
