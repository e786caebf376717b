using System.Globalization;
using Kit;
using Microsoft.AspNetCore.Http;
using Platform.Contracts;
using Xunit;
using Public = Platform.Contracts.Articles;

namespace Integration.Gateway;

/// <summary>
/// The most discussed articles are cached. A comment on an article with fewer comments than the listed ones changes nothing.
/// </summary>
public sealed class RankingCacheTests : IClassFixture<GatewayFixture>
{
    private readonly GatewayFixture _gateway;
    private readonly HttpClient _reader;
    private int _fetched;

    public RankingCacheTests(GatewayFixture gateway)
    {
        (_gateway, _reader) = (gateway, gateway.Client());
        _gateway.One.Answer = _gateway.Other.Answer = http =>
        {
            http.Response.Headers["Surrogate-Key"] = $"articles featured {SurrogateKey.Ranking(8)}";
            return http.Response.WriteAsync(Interlocked.Increment(ref _fetched).ToString(CultureInfo.InvariantCulture));
        };
    }

    [Theory]
    [InlineData(7, 8, false)]
    [InlineData(3, 100, false)]
    [InlineData(0, 9, true)]
    public async Task A_count_invalidates_the_list_only_if_its_article_may_enter_it(int fewer, int enough, bool inBatches)
    {
        var address = $"/api/most-discussed?limit={enough}";
        Assert.Equal("1", await _reader.GetStringAsync(address, Cancelled));
        await Counted(fewer, inBatches);
        Assert.Equal("1", await _reader.GetStringAsync($"{address}&unknown=1", Cancelled));
        await Counted(enough, inBatches);
        await Eventually.IsTrue(async () => await _reader.GetStringAsync(address, Cancelled) == "2", "the gateway receives the event");
        Assert.Equal("2", await _reader.GetStringAsync(address, Cancelled));
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private async Task Counted(int comments, bool inBatch)
    {
        var article = Some.Id();
        var counted = new Public.ArticleStatsChanged(Some.Id(), $"discussion-{article}", 1, Some.Noon, article, comments);
        var before = TimeProvider.System.GetTimestamp();
        if (inBatch) await _gateway.Bus.Publish(EventBatch.Of([counted]));
        else await _gateway.Bus.Publish(counted);
        await Eventually.IsTrue(
            () => Task.FromResult(_gateway.Generations.HaveChanged([new(counted.StreamId)], before, long.MaxValue)),
            "the gateway receives the event");
    }
}
