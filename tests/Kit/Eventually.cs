using System.Diagnostics;
using Xunit;

namespace Kit;

/// <summary>Waits on a condition with a time limit; a test never sleeps for a guess.</summary>
public static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Pauses between questions grow with the time waited so far, because some questions are expensive.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(25), LongestPause = TimeSpan.FromSeconds(1);

    public static Task IsTrue(Func<Task<bool>> condition, string because, TimeSpan? limit = null) =>
        Get(async () => await condition() ? because : null, because, limit);

    /// <summary>The first answer that is not null. An exception counts as "not yet", and is shown when time is up.</summary>
    public static async Task<T> Get<T>(Func<Task<T?>> question, string because, TimeSpan? limit = null) where T : class
    {
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        while (watch.Elapsed < (limit ?? Limit))
        {
            try
            {
                if (await question() is { } answer) return answer;
                last = null;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                last = e;
            }
            var pause = watch.Elapsed / 10;
            await Task.Delay(
                pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause, TestContext.Current.CancellationToken);
        }
        Assert.Fail($"Not within {(limit ?? Limit).TotalSeconds} s: {because}. {last}");
        throw new UnreachableException();
    }
}
