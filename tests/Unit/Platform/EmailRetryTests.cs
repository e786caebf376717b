using Kit;
using Platform.PublicInput;
using Xunit;

namespace Unit.Platform;

public class EmailRetryTests
{
    [Fact]
    public void Each_failed_attempt_doubles_the_pause_and_keeps_the_time_of_the_first_failure()
    {
        var (id, pauses) = (Some.Id(), new List<double>());
        EmailRetry? retry = null;
        for (var attempt = 0; attempt < 2000; attempt++)
        {
            var now = Some.Noon.AddSeconds(attempt);
            retry = EmailRetry.After(retry, id, now, TimeSpan.FromMinutes(1));
            if (attempt is < 6 or 1999) pauses.Add((retry.NextAt - now).TotalSeconds);
        }
        Assert.Equal([2, 4, 8, 16, 32, 60, 60], pauses);
        Assert.Equal((id, 2000, Some.Noon, true), (retry!.Id, retry.Attempts, retry.FirstFailedAt, retry.Waiting));
    }
}
