using System.Globalization;
using Chaos;
using Kit;

namespace Cluster;

/// <summary>Faults of single nodes of a cluster. The names of the nodes are those in <c>./platform status</c>.</summary>
internal static class ClusterFaults
{
    private const int FrozenSeconds = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly int[] Nodes = [1, 2, 3];
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("switchover", "Patroni switches the primary over to a standby", Switchover),
        new("primary-killed", "the primary and its Patroni are killed", KillPrimary),
        new("primary-frozen", $"the primary and its Patroni are frozen for {FrozenSeconds} s", FreezePrimary),
        new("broker-killed", "a RabbitMQ node is killed", async (site, _) => await Site.IsBack(await site.Kill("rabbitmq-1"))),
        new("broker-frozen", $"a RabbitMQ node is frozen for {FrozenSeconds} s", FreezeBroker),
        new("rolling-restart", "all processes are restarted, one after another", RestartEverything),
    ];

    private static async Task Switchover(Site site, CancellationToken ct)
    {
        var leader = await Primary(site);
        await Eventually.IsTrue(async () =>
        {
            // Patroni rejects a request without Content-Length, as PostAsJsonAsync sends it.
            using var from = new StringContent($$"""{"leader":"postgres-{{Number(leader)}}"}""");
            using var answer = await Http.PostAsync($"{Patroni(leader)}/switchover", from, ct);
            return answer.IsSuccessStatusCode
                ? true
                : throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(ct)}");
        }, "Patroni switches over", Patience);
        await Eventually.IsTrue(async () => (await Primary(site)).Name != leader.Name, "another server is the primary", Patience);
    }

    private static async Task KillPrimary(Site site, CancellationToken ct)
    {
        var leader = await Primary(site);
        foreach (var pid in PostgresPids(site, leader).Prepend(leader.Pid)) Send(site, leader, pid, "KILL");
        await Eventually.IsTrue(async () => (await Primary(site)).Name != leader.Name, "another server is the primary", Patience);
        await site.Platform.Script("start", leader.Name);
        ct.ThrowIfCancellationRequested();
    }

    private static async Task FreezePrimary(Site site, CancellationToken ct)
    {
        var leader = await Primary(site);
        var pids = PostgresPids(site, leader).Prepend(leader.Pid).ToArray();
        foreach (var pid in pids) Send(site, leader, pid, "STOP");
        await Faults.Wait(FrozenSeconds, ct);
        foreach (var pid in pids.Reverse()) Send(site, leader, pid, "CONT");
        ct.ThrowIfCancellationRequested();
    }

    private static async Task FreezeBroker(Site site, CancellationToken ct)
    {
        var node = await site.Platform.Status("rabbitmq-1");
        site.Signal(node, "STOP");
        await Faults.Wait(FrozenSeconds, ct);
        site.Signal(node, "CONT");
        ct.ThrowIfCancellationRequested();
    }

    private static async Task RestartEverything(Site site, CancellationToken ct)
    {
        string[] servers = [.. new[] { "etcd", "patroni", "rabbitmq" }.SelectMany(s => Nodes.Select(n => $"{s}-{n}")), "haproxy"];
        string[] ours = [.. RunningPlatform.Services.SelectMany(s => new[] { $"{s}-1", $"{s}-2" }), "gateway", "gateway-2"];
        foreach (var process in servers.Concat(ours))
        {
            await site.Platform.Script("stop", process);
            await site.Platform.Script("start", process);
            await site.IsReady(process);
            if (process.StartsWith("patroni", StringComparison.Ordinal))
                await Eventually.IsTrue(() => HasSynchronousStandby(site), "a standby follows the primary again", Patience);
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The Patroni process whose server is the primary.</summary>
    private static Task<ProcessState> Primary(Site site) => Eventually.Get(async () =>
    {
        foreach (var patroni in Site.Replicas(await site.Platform.Status(), "patroni"))
            if (await Answers($"{Patroni(patroni)}/primary")) return patroni;
        return null;
    }, "a server is the primary", Patience);

    private static async Task<bool> HasSynchronousStandby(Site site)
    {
        foreach (var patroni in Site.Replicas(await site.Platform.Status(), "patroni"))
            if (await Answers($"{Patroni(patroni)}/synchronous")) return true;
        return false;
    }

    private static async Task<bool> Answers(string address)
    {
        try
        {
            using var answer = await Http.GetAsync(address);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The process ids of a PostgreSQL server: the postmaster and its children.</summary>
    private static IReadOnlyList<int> PostgresPids(Site site, ProcessState patroni)
    {
        var first = File.ReadLines(Path.Combine(site.Data, "postgres", Number(patroni), "postmaster.pid")).First();
        var children = File.ReadAllText($"/proc/{first}/task/{first}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. children.Prepend(first).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];
    }

    /// <summary>Sends a signal to one process of a server. Skips a child process that has ended in the meantime.</summary>
    private static void Send(Site site, ProcessState patroni, int pid, string signal)
    {
        if (pid == patroni.Pid) site.Signal(patroni, signal);
        else if (Directory.Exists($"/proc/{pid}")) Site.SendSignal(pid, signal);
    }

    private static string Patroni(ProcessState patroni) => $"http://127.0.0.1:{patroni.Port}";

    private static string Number(ProcessState process) => process.Name[^1..];
}
