using Kit;
using Xunit;

[assembly: AssemblyFixture(typeof(RunningPlatform))]

namespace EndToEnd;

/// <summary>A test against the running platform, one at a time; where it fails, its output ends with the tail of the logs.</summary>
[Collection("one at a time")]
public abstract class EndToEndTests(RunningPlatform platform) : IAsyncDisposable
{
    protected RunningPlatform Platform => platform;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Whatever is waited for gets this long; how soon something must happen is said with <see cref="Took"/>.</summary>
    public static readonly TimeSpan Patience = RunningPlatform.Patience;

    /// <summary>
    /// A figure worth keeping, in the test's output; and how many seconds it may be on a machine that has nothing else to do. Where more
    /// processes want to run than there are cores, the promise stretches as everything else does.
    /// </summary>
    protected static void Took(string what, TimeSpan time, double promised)
    {
        var load =
            double.Parse(
                File.ReadAllText("/proc/loadavg").Split(' ')[0],
                System.Globalization.CultureInfo.InvariantCulture) / Environment.ProcessorCount;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: {time.TotalSeconds:0.0} s (promised {promised:0} s, load {load:0.0} per core)");
        Assert.True(
            time.TotalSeconds <= promised * Math.Max(1, load),
            $"{what} took {time.TotalSeconds:0.0} s; promised are {promised:0} s, and the load was {load:0.0} per core");
    }

    public virtual ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(platform.LogTails());
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A test that breaks something: everything runs again before the next one.</summary>
public abstract class BreakingTests(RunningPlatform platform) : EndToEndTests(platform)
{
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Platform.Heal();
        GC.SuppressFinalize(this);
    }
}
