using Kit;
using Xunit;

[assembly: AssemblyFixture(typeof(RunningPlatform))]

namespace EndToEnd;

/// <summary>
/// Base class of the tests against the running platform. They run one at a time. If a test fails, the ends of the logs are added to its
/// output.
/// </summary>
[Collection("one at a time")]
public abstract class EndToEndTests(RunningPlatform platform) : IAsyncDisposable
{
    protected RunningPlatform Platform => platform;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The time limit for waiting. <see cref="AssertDuration"/> checks the limits that the platform must keep.</summary>
    public static readonly TimeSpan Patience = RunningPlatform.Patience;

    /// <summary>
    /// Writes a duration to the output of the test, and asserts that it is within a limit that holds on an otherwise idle machine. If more
    /// processes want to run than there are cores, the limit is multiplied by the load per core.
    /// </summary>
    protected static void AssertDuration(string what, TimeSpan time, double limit)
    {
        var load =
            double.Parse(
                File.ReadAllText("/proc/loadavg").Split(' ')[0],
                System.Globalization.CultureInfo.InvariantCulture) / Environment.ProcessorCount;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: {time.TotalSeconds:0.0} s (limit {limit:0} s, load {load:0.0} per core)");
        Assert.True(
            time.TotalSeconds <= limit * Math.Max(1, load),
            $"{what} took {time.TotalSeconds:0.0} s; the limit is {limit:0} s, and the load was {load:0.0} per core");
    }

    public virtual ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(platform.LogTails());
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Base class of the tests that stop or kill processes. Before the next test, everything is running again, and all queues are refilled.
/// </summary>
public abstract class DisruptiveTests(RunningPlatform platform) : EndToEndTests(platform)
{
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Platform.Heal();
        using var admin = await Platform.SignedIn("admin");
        foreach (var service in RunningPlatform.Services)
            await Eventually.IsTrue(
                async () => (await admin.Read($"/admin/{service}/replays"))["items"]!.AsArray()
                    .All(replay => replay!["state"]!.GetValue<string>() is not ("queued" or "running")),
                $"{service} has completed all replays",
                Patience);
        GC.SuppressFinalize(this);
    }
}
