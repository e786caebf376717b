using System.Diagnostics;
using Xunit;

namespace Kit;

/// <summary>Waits for a condition with a time limit. Tests use this instead of sleeping for a guessed time.</summary>
public static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The pauses grow with the time waited so far, because some conditions are expensive to check.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(25), LongestPause = TimeSpan.FromSeconds(1);

    public static Task IsTrue(Func<Task<bool>> condition, string because, TimeSpan? limit = null) =>
        Get(async () => await condition() ? because : null, because, limit);

    /// <summary>
    /// Calls <paramref name="question"/> until it returns a value other than null, and returns that value. An exception counts as "not
    /// yet"; the last one is shown if the time limit is reached.
    /// </summary>
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
        Assert.Fail($"not fulfilled within {(limit ?? Limit).TotalSeconds} s: {because}. {last}");
        throw new UnreachableException();
    }
}
