using Kit;
using Xunit;

namespace Unit.Gateway;

/// <summary>Tests the checker of the end-to-end consistency test. Each test is the shortest history that shows its case.</summary>
public class ConsistencyTests
{
    private readonly List<PageCall> _history = [];

    [Fact]
    public void Monotonic_reads_are_valid()
    {
        Wrote("a", 1, 0, 1);
        Read("a", 1, 2, 3);
        Wrote("a", 2, 4, 5);
        Read("a", 2, 6, 7);
        Read("a", 2, 8, 9);
        Assert.Empty(Consistency.Violations(_history));
    }

    [Fact]
    public void A_read_older_than_an_earlier_read_through_the_same_gateway_is_a_violation()
    {
        Wrote("a", 1, 0, 1);
        Wrote("a", 2, 2, 3);
        Read("b", 2, 4, 5);
        Read("b", 1, 6, 7);
        Assert.Equal(
            "b returned version 1 of page to a read sent at 6, but it had returned version 2 at 5",
            Assert.Single(Consistency.Violations(_history)));
    }

    [Fact]
    public void A_read_that_misses_a_write_through_the_same_gateway_is_a_violation()
    {
        Wrote("a", 1, 0, 1);
        Wrote("a", 2, 2, 3);
        Read("a", 1, 4, 5);
        Assert.Equal(
            "a returned version 1 of page to a read sent at 4, but it had accepted version 2 at 3",
            Assert.Single(Consistency.Violations(_history)));
    }

    [Fact]
    public void Another_gateway_may_be_behind()
    {
        Wrote("a", 1, 0, 1);
        Wrote("a", 2, 2, 3);
        Read("a", 2, 4, 5);
        Read("b", 1, 6, 7);
        Assert.Empty(Consistency.Violations(_history));
    }

    [Fact]
    public void Different_pages_are_independent()
    {
        Wrote("a", 2, 0, 1);
        Wrote("a", 1, 0, 1, "other");
        Read("a", 1, 2, 3, "other");
        Assert.Empty(Consistency.Violations(_history));
    }

    [Theory]
    [InlineData(4, 9, 5, 6)] // requested before the newer response arrived
    [InlineData(4, 5, 5, 6)]
    public void Overlapping_reads_may_return_versions_in_any_order(long asked, long answered, long newerAsked, long newerAnswered)
    {
        Wrote("a", 1, 0, 1);
        Wrote("a", 2, 2, 8);
        Read("b", 1, asked, answered);
        Read("b", 2, newerAsked, newerAnswered);
        Assert.Empty(Consistency.Violations(_history));
    }

    [Fact]
    public void Every_read_is_compared_with_the_newest_earlier_read_not_only_the_last()
    {
        foreach (var version in new[] { 1, 2, 3 }) Wrote("a", version, version, version);
        Read("b", 3, 4, 5);
        Read("b", 2, 6, 7);
        Read("b", 2, 8, 9);
        Assert.Equal(2, Consistency.Violations(_history).Count);
    }

    [Fact]
    public void A_version_before_its_write_started_is_a_violation_but_one_during_its_write_is_not()
    {
        Wrote("a", 1, 0, 1);
        Read("b", 2, 2, 3);
        Wrote("a", 2, 4, 9);
        Read("b", 2, 5, 6);
        Assert.Equal(
            "b returned version 2 of page at 3, before any write of it was sent", Assert.Single(Consistency.Violations(_history)));
    }

    private void Wrote(
        string gateway,
        long version,
        long asked,
        long answered,
        string page = "page") =>
        _history.Add(new(gateway, page, true, version, asked, answered));

    private void Read(
        string gateway,
        long version,
        long asked,
        long answered,
        string page = "page") =>
        _history.Add(new(gateway, page, false, version, asked, answered));
}
