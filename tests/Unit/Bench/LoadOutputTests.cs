using Bench;
using Xunit;

namespace Unit.Bench;

/// <summary>The outputs of the load generators are read, and those with failed requests are rejected.</summary>
public class LoadOutputTests
{
    private const string WrkOutput = """
        Running 2s test @ http://127.0.0.1:28080/api/articles
          2 threads and 32 connections
          Thread Stats   Avg      Stdev     Max   +/- Stdev
            Latency   528.12us  210.31us   8.15ms   88.21%
            Req/Sec    31.10k     1.02k   33.05k    71.43%
          129881 requests in 2.10s, 312.07MB read
        Requests/sec:  61848.33
        Transfer/sec:    148.61MB
        """;

    private const string H2LoadOutput = """
        starting benchmark...
        spawning thread #0: 4 total client(s). Timing-based test with 0s of warm-up time and 2s of main duration for measurements.
        Main benchmark duration is over for thread #0. Stopping all clients.

        finished in 2.00s, 49581.50 req/s, 26.45MB/s
        requests: 99163 total, 99195 started, 99163 done, 99163 succeeded, 0 failed, 0 errored, 0 timeout
        status codes: 99195 2xx, 0 3xx, 0 4xx, 0 5xx
        traffic: 52.90MB (55473120) total, 1.14MB (1190700) headers (space savings 92.47%), 50.14MB (52573140) data
        """;

    [Fact]
    public void The_rate_and_the_number_of_responses_of_wrk_are_read() =>
        Assert.Equal(new WrkResult(129881, 61848.33), WrkResult.Parse(WrkOutput));

    [Theory]
    [InlineData("  Non-2xx or 3xx responses: 12")]
    [InlineData("  Socket errors: connect 0, read 3, write 0, timeout 0")]
    public void Failed_requests_of_wrk_are_rejected(string line) =>
        Assert.Throws<InvalidOperationException>(() => WrkResult.Parse($"{WrkOutput}\n{line}"));

    [Fact]
    public void The_rate_of_h2load_is_read() => Assert.Equal(49581.5, H2Load.Parse(H2LoadOutput));

    [Theory]
    [InlineData("99195 2xx, 0 3xx, 0 4xx", "99190 2xx, 0 3xx, 5 4xx")]
    [InlineData("99195 2xx, 0 3xx", "99190 2xx, 5 3xx")]
    [InlineData("99195 2xx", "0 2xx")]
    [InlineData("0 failed", "2000 failed")]
    [InlineData("49581.50 req/s", "")]
    public void Failed_requests_of_h2load_are_rejected(string expected, string actual) =>
        Assert.Throws<InvalidOperationException>(
            () => H2Load.Parse(H2LoadOutput.Replace(expected, actual, StringComparison.Ordinal)));

    [Fact]
    public void Requests_that_h2load_did_not_finish_are_accepted() =>
        Assert.Equal(49581.5, H2Load.Parse(H2LoadOutput.Replace("0 failed", "32 failed", StringComparison.Ordinal)));
}
