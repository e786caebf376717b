namespace Platform.Web;

/// <summary>
/// Repeats the work of a background service. The interval is the time between two starts; work that takes longer is repeated when it ends.
/// After a failure the work is repeated at the next interval, as after a success.
/// </summary>
public static class PeriodicWork
{
    /// <summary>Repeats work until the service stops.</summary>
    /// <param name="interval">The time from one start to the next.</param>
    /// <param name="clock">Measures the interval.</param>
    /// <param name="work">The work.</param>
    /// <param name="failed">Logs an exception of the work.</param>
    /// <param name="stopping">Ends the repetition.</param>
    /// <param name="atOnce">Whether the work begins now; otherwise it begins after the interval.</param>
    public static Task Repeat(
        TimeSpan interval,
        TimeProvider clock,
        Func<CancellationToken, Task> work,
        Action<Exception> failed,
        CancellationToken stopping,
        bool atOnce = true) =>
        RepeatUntilDone(interval, clock, NeverDone(work), failed, stopping, atOnce);

    /// <summary>Repeats work until it returns true, or the service stops.</summary>
    public static async Task RepeatUntilDone(
        TimeSpan interval,
        TimeProvider clock,
        Func<CancellationToken, Task<bool>> work,
        Action<Exception> failed,
        CancellationToken stopping,
        bool atOnce = true)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            for (var isDue = atOnce; isDue || await timer.WaitForNextTickAsync(stopping); isDue = false)
                try
                {
                    if (await work(stopping)) return;
                }
                catch (Exception e) when (!stopping.IsCancellationRequested)
                {
                    failed(e);
                }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service is stopping.
        }
    }

    private static Func<CancellationToken, Task<bool>> NeverDone(Func<CancellationToken, Task> work) => async ct =>
    {
        await work(ct);
        return false;
    };
}
