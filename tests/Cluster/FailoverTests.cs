using Chaos;
using Kit;
using Xunit;

[assembly: AssemblyFixture(typeof(RunningPlatform))]

namespace Cluster;

/// <summary>
/// Failover of a cluster under load: three PostgreSQL servers with Patroni, three RabbitMQ nodes, HAProxy, two gateways, and two replicas
/// of each service. If one of them fails, nothing may be lost or repeated, and writes must succeed again within 30 seconds.
/// </summary>
public sealed class FailoverTests(RunningPlatform platform) : IAsyncLifetime
{
    private const double WritesPerSecond = 20;
    private static readonly TimeSpan WriteOutageLimit = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Faults { get; } = [.. ClusterFaults.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Nothing_is_lost_or_repeated_and_writes_resume_within_30_seconds(string name)
    {
        var fault = ClusterFaults.All.Single(f => f.Name == name);
        var row = Assert.Single(await new Run(new Site(platform), WritesPerSecond, TestContext.Current.CancellationToken).All([fault]));

        var report = Report.Text([row], WritesPerSecond);
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        await File.AppendAllTextAsync(Path.Combine(platform.Data, "logs", "cluster.md"), report, TestContext.Current.CancellationToken);
        Assert.True(row.Figures is { Lost: 0, Repeated: 0, Findings.Count: 0 } && row.OtherErrors.Count == 0, report);
        Assert.True(row.Figures.WriteOutage <= WriteOutageLimit, report);
        Assert.True(row.Figures.EventDelay <= row.Lasted + WriteOutageLimit, report);
    }

    public async ValueTask InitializeAsync() =>
        await platform.Script(["scale", .. RunningPlatform.Services.Select(s => $"{s}=2"), "gateway=2"]);

    public ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(platform.LogTails());
        return ValueTask.CompletedTask;
    }
}
