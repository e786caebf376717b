using Kit;
using Xunit;

namespace Unit.Platform;

/// <summary>The checker finds every kind of inconsistency. Each test is a minimal run with one defect.</summary>
public class SetCheckerTests
{
    private const string Live = "live";
    private static readonly Item One = new("comment", "1"), Two = new("comment", "2");

    private readonly SetChecker _checker = new();
    private readonly List<Served> _served = [];
    private readonly List<Counted> _counts = [];

    [Fact]
    public void A_consistent_run_has_no_findings()
    {
        Write(One, "a", version: 1, at: 1);
        Write(One, "b", version: 2, at: 2);
        Write(Two, "c", version: 1, at: 3);
        _served.AddRange([new(One, "b", 2), new(Two, "c")]);
        _counts.Add(new(One, Shown: 2, Listed: 2));
        Read(1, at: 4);
        Read(2, at: 5);

        var figures = Check();
        Assert.Empty(figures.Findings);
        Assert.Equal((3, 0, 0), (figures.Acknowledged, figures.Lost, figures.Repeated));
    }

    [Fact]
    public void An_acknowledged_item_that_is_not_served_is_reported_as_lost()
    {
        Write(One, "a", version: 1, at: 1);
        Finds("lost", "comment 1 is not served");
        Assert.Equal(1, Check().Lost);
    }

    [Fact]
    public void An_acknowledged_change_that_is_not_served_is_reported_as_lost()
    {
        Write(One, "a", version: 1, at: 1);
        Write(One, "b", version: 2, at: 2);
        _served.Add(new(One, "a"));
        Finds("lost", "comment 1 is served as \"a\"; \"b\" was acknowledged later");
    }

    [Fact]
    public void An_item_that_is_listed_twice_is_reported_as_repeated()
    {
        Write(One, "a", version: 1, at: 1);
        _served.AddRange([new(One, "a"), new(One, "a")]);
        Finds("repeated", "comment 1 is served 2 times");
        Assert.Equal(1, Check().Repeated);
    }

    [Fact]
    public void A_change_that_took_effect_twice_is_reported_as_repeated()
    {
        Write(One, "a", version: 1, at: 1);
        Write(One, "b", version: 3, at: 2);
        _served.Add(new(One, "b", 3));
        Finds("repeated", "comment 1 rose from version 1 to 3 with \"b\"");
    }

    [Fact]
    public void A_change_that_takes_effect_again_after_its_acknowledgement_is_reported_as_repeated()
    {
        Write(One, "a", version: 1, at: 1);
        _served.Add(new(One, "a", 2));
        Finds("repeated", "comment 1 has version 2; its last change made version 1");
    }

    [Fact]
    public void Content_that_was_never_sent_is_reported_as_wrong()
    {
        Write(One, "a", version: 1, at: 1);
        _served.Add(new(One, "x"));
        Finds("wrong", "comment 1 has a content that was never sent: x");
    }

    [Fact]
    public void An_item_that_was_never_sent_is_reported_as_wrong()
    {
        _served.Add(new(Two, "x"));
        Finds("wrong", "comment 2 is served but was never sent");
    }

    [Fact]
    public void A_change_with_an_unknown_outcome_may_be_served_or_not()
    {
        Write(One, "a", version: 1, at: 1);
        _checker.Send(new(One, "b"));
        _checker.Send(new(Two, "c"));
        _served.Add(new(One, "b", 2));
        Assert.Empty(Check().Findings);
        _served[0] = new(One, "a", 1);
        Assert.Empty(Check().Findings);
    }

    [Fact]
    public void A_change_that_a_listener_never_receives_is_reported_without_a_delay()
    {
        Acknowledge(One, "a", version: 1, at: 1);
        _served.Add(new(One, "a"));
        Assert.Equal(1, _checker.Unheard);
        Finds("unheard", "comment 1, version 1, at live");
        Assert.Null(Check().EventDelay);
        Assert.Null(Check().Recovery);
    }

    [Fact]
    public void A_newer_version_counts_as_received_and_an_older_one_does_not()
    {
        Acknowledge(One, "a", version: 2, at: 1);
        _checker.Receive(Live, One, 1, Seconds(2));
        Assert.Equal(1, _checker.Unheard);
        _checker.Receive(Live, One, 3, Seconds(4));
        Assert.Equal(0, _checker.Unheard);
        _served.Add(new(One, "a"));
        Assert.Equal(Seconds(3), Check().EventDelay);
    }

    [Fact]
    public void A_version_that_is_announced_twice_is_reported_as_repeated()
    {
        Write(One, "a", version: 1, at: 1);
        _checker.Receive(Live, One, 1, Seconds(5));
        _served.Add(new(One, "a"));
        Finds("repeated", "comment 1, version 1, was announced 2 times at live");
    }

    [Theory]
    [InlineData(1, "count")]
    [InlineData(3, "repeated")]
    public void A_wrong_count_is_reported(int shown, string what)
    {
        _counts.Add(new(One, shown, Listed: 2));
        Finds(what, $"comment 1 shows {shown} comments and has 2");
    }

    [Fact]
    public void A_list_that_shrinks_is_reported()
    {
        Read(2, at: 1);
        Read(1, at: 3);
        Assert.Equal("shrunk", Assert.Single(Check().Findings).What);
    }

    [Fact]
    public void A_report_of_the_load_is_a_finding()
    {
        _checker.Report("stale", "an own comment was not there");
        Finds("stale", "an own comment was not there");
    }

    [Fact]
    public void The_write_outage_is_the_longest_pause_of_any_kind_of_write_until_the_load_ends()
    {
        Write(One, "a", version: 1, at: 1);
        Write(new("article", "1"), "b", version: 1, at: 6);
        Write(Two, "c", version: 1, at: 4);
        _served.AddRange([new(One, "a"), new(Two, "c"), new(new("article", "1"), "b")]);
        Assert.Equal(Seconds(6), Check().WriteOutage); // comments, from 4 to 10
    }

    [Theory]
    [InlineData(true, true, true, 1)]
    [InlineData(false, true, true, 0)] // the replica was not healthy yet
    [InlineData(true, false, true, 0)] // the replica was not healthy afterwards
    [InlineData(true, true, false, 0)] // the gateway was dead
    public void A_failed_read_was_avoidable_if_a_replica_and_the_gateway_were_healthy_throughout(
        bool before, bool after, bool gateway, int avoidable)
    {
        _checker.Probe("articles", 0, Seconds(1), isAnswered: false);
        _checker.Probe("articles", 1, Seconds(1), isAnswered: before);
        _checker.Probe("articles", 1, Seconds(4), isAnswered: after);
        _checker.Probe(SetChecker.Gateways, 0, Seconds(1), isAnswered: true);
        _checker.Probe(SetChecker.Gateways, 0, Seconds(4), isAnswered: gateway);
        _checker.FailRead(0, "articles", Seconds(2), Seconds(3), "502");
        Assert.Equal(avoidable, Check().NeedlesslyFailedReads);
    }

    [Fact]
    public void Recovery_ends_with_the_last_failure_or_late_event()
    {
        Acknowledge(One, "a", version: 1, at: 1);
        _checker.Receive(Live, One, 1, Seconds(8));
        _served.Add(new(One, "a"));
        Assert.Equal(Seconds(3), Check().Recovery);
        _checker.FailWrite(Seconds(9), "503");
        _checker.FailRead(0, "articles", Seconds(6), Seconds(7), "503");
        var figures = Check();
        Assert.Equal(Seconds(4), figures.Recovery);
        Assert.Equal((1, 1), (figures.FailedWrites, figures.FailedReads));
        Assert.Equal(2, figures.Failures["503"]);
        Assert.Equal((1, Seconds(7)), figures.LateEvents[Live]);
    }

    /// <summary>Checks a run in which the fault ends after 5 seconds and the load after 10.</summary>
    private Figures Check() => _checker.Check(_served, _counts, Seconds(5), Seconds(10));

    private void Finds(string what, string details) => Assert.Equal(new Finding(what, details), Assert.Single(Check().Findings));

    private void Write(Item item, string content, long version, double at)
    {
        Acknowledge(item, content, version, at);
        _checker.Receive(Live, item, version, Seconds(at));
    }

    private void Acknowledge(Item item, string content, long version, double at)
    {
        var change = new Change(item, content);
        _checker.Send(change);
        _checker.Acknowledge(change, version, Seconds(at), Live);
    }

    private void Read(int length, double at) => _checker.ReadList(new("gateway 1", "list", Writes: false, length, (long)at, (long)at + 1));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
