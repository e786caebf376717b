using Platform.Contracts.Articles;
using Platform.Contracts.CurrencyRates;
using Platform.Contracts.Refills;
using Platform.EventSourcing.Replays;
using Xunit;

namespace Unit.Platform;

public class RefillTests
{
    private static readonly Replay
        Waiting = new() { Id = "replay-1", Refill = true },
        Begun = Waiting with { Status = ReplayStatus.Running },
        OfAnAdmin = Waiting with { Refill = null };

    [Fact]
    public void A_refill_starts_if_nothing_is_sent_to_the_queue() => Decides([], start: true);

    [Fact]
    public void A_refill_that_has_not_begun_answers_a_second_request() => Decides([Waiting], start: false);

    [Fact]
    public void A_refill_that_has_begun_starts_again() => Decides([Begun], start: true, "replay-1");

    [Fact]
    public void A_refill_takes_the_place_of_a_replay_that_an_admin_requested() => Decides([OfAnAdmin], start: true, "replay-1");

    [Fact]
    public void The_services_to_ask_are_those_whose_events_a_queue_receives()
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
        var decided = WhenRefillRequested.Decide(active);
        Assert.Equal((start, string.Join(' ', cancelled)), (decided.Start, string.Join(' ', decided.Cancel)));
    }
}
