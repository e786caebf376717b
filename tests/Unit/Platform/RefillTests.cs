using Platform.Contracts.Articles;
using Platform.Contracts.CurrencyRates;
using Platform.Contracts.Refills;
using Platform.Messaging;
using Platform.Replays;
using Xunit;

namespace Unit.Platform;

public class RefillTests
{
    private static readonly Replay
        Queued = new() { Id = "replay-1", Refill = true },
        Begun = Queued with { Status = ReplayStatus.Running },
        ByAnAdmin = Queued with { Refill = null };

    [Fact]
    public void A_refill_starts_if_no_replay_to_the_queue_is_active() => Decides([], start: true);

    [Fact]
    public void A_second_request_is_ignored_while_a_refill_is_queued() => Decides([Queued], start: false);

    [Fact]
    public void A_refill_that_has_begun_is_cancelled_and_restarted() => Decides([Begun], start: true, "replay-1");

    [Fact]
    public void A_refill_replaces_a_replay_that_an_admin_requested() => Decides([ByAnAdmin], start: true, "replay-1");

    [Fact]
    public void A_refill_includes_the_events_of_the_refills_that_it_replaces()
    {
        var (early, late) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1));
        var (since, all) = (Begun with { Scope = new(From: early) }, Begun);
        Assert.Equal(late, WhenRefillRequested.Decide([], late).Since);
        Assert.Equal(early, WhenRefillRequested.Decide([since], late).Since);
        Assert.Equal(early, WhenRefillRequested.Decide([since with { Scope = new(From: late) }], early).Since);
        Assert.Null(WhenRefillRequested.Decide([since, all], late).Since);
        Assert.Null(WhenRefillRequested.Decide([since], null).Since);
        Assert.Equal(late, WhenRefillRequested.Decide([ByAnAdmin], late).Since);
    }

    [Fact]
    public void A_refill_is_requested_from_the_publishers_of_the_events_of_a_queue()
    {
        var queues = new ConsumedQueues();
        queues.Add("one");
        queues.Add("one", typeof(RatesPublished));
        queues.Add("one", typeof(RatesCorrected));
        queues.Add("one", typeof(ArticlePublished));
        queues.Add("requests");
        queues.Add("requests", typeof(RefillRequested));
        var asked = queues.Publishers("one").ToDictionary(p => p.Key, p => string.Join(' ', p.Order()));
        Assert.Equal(["articles", "currency-rates"], asked.Keys.Order());
        Assert.Equal(("ArticlePublished", "RatesCorrected RatesPublished"), (asked["articles"], asked["currency-rates"]));
        Assert.Empty(queues.Publishers("requests"));
        Assert.Empty(queues.Publishers("one_error"));
    }

    private static void Decides(IReadOnlyList<Replay> active, bool start, params string[] cancelled)
    {
        var decided = WhenRefillRequested.Decide(active, since: null);
        Assert.Equal((start, string.Join(' ', cancelled)), (decided.Start, string.Join(' ', decided.Cancel)));
    }
}
