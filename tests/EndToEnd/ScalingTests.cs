using System.Net;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>An operator scales a service while readers read.</summary>
public class ScalingTests(RunningPlatform platform) : BreakingTests(platform)
{
    [Fact]
    public async Task Scaling_to_two_and_back_fails_no_read()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();
        string[] paths = ["/api/articles", $"/api/articles/{article}", $"/api/articles/{article}/comments"];
        using var stop = new CancellationTokenSource();
        int reads = 0, failures = 0;

        var readers = paths.Select(path => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var answer = await Platform.Reader.GetAsync(path, Cancelled);
                Interlocked.Increment(ref reads);
                if (answer.StatusCode != HttpStatusCode.OK) Interlocked.Increment(ref failures);
            }
        }, Cancelled)).ToArray();
        try
        {
            await Platform.Script("scale", "articles=2", "comments=2");
            var soFar = reads;
            await Eventually.IsTrue(() => Task.FromResult(reads > soFar + 100), "both replicas are read from", Patience);
        }
        finally
        {
            await Platform.Script("scale", "articles=1", "comments=1");
            await stop.CancelAsync();
        }
        await Task.WhenAll(readers);

        Assert.DoesNotContain(await Platform.Status(), p => p.Name.EndsWith("-2", StringComparison.Ordinal));
        Assert.True(reads > 100, $"only {reads} reads were made");
        Assert.Equal(0, failures);
    }
}
