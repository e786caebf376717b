using Platform.EventSourcing;
using Xunit;

namespace Unit.Platform;

public class EpochTests
{
    private const string Server = "7001 00000001", Promoted = "7001 00000002";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly RelayedEvent[] Lost = [new(0, 17, Guid.NewGuid(), "article-1", 3)];

    [Theory]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData(Server, true)]
    [InlineData(Server, false)]
    [InlineData(Promoted, true)]
    public void An_epoch_continues_while_no_published_event_is_missing(string? known, bool brokerRemembers) =>
        Assert.Null(Epoch.Next(0, known, Server, brokerRemembers, [], Now));

    [Fact]
    public void A_missing_event_begins_an_epoch_that_lists_it()
    {
        var epoch = Epoch.Next(0, Server, Server, brokerRemembers: true, Lost, Now)!;
        Assert.Equal((1_800_000_000, Now, 1), (epoch.Number, epoch.BeganAt, epoch.Lost));
        Assert.Equal(Lost, epoch.Events);
    }

    [Fact]
    public void An_empty_relay_trail_on_another_server_begins_an_epoch() =>
        Assert.Equal(1_800_000_000, Epoch.Next(0, Server, Promoted, brokerRemembers: false, [], Now)!.Number);

    [Fact]
    public void Two_restores_to_the_same_time_begin_different_epochs()
    {
        var first = Epoch.Next(0, Server, Server, true, Lost, Now)!;
        var second = Epoch.Next(0, Server, Server, true, Lost, Now.AddMinutes(1))!;
        Assert.True(second.Number > first.Number);
        Assert.True(Epoch.Next(second.Number, Server, Server, true, Lost, Now)!.Number > second.Number);
    }

    [Fact]
    public void The_newest_lost_events_are_listed_and_all_are_counted()
    {
        RelayedEvent[] many =
            [.. Enumerable.Range(1, Epoch.MaxListedEvents + 5).Select(n => new RelayedEvent(0, n, Guid.NewGuid(), "a", n))];
        var epoch = Epoch.Next(0, Server, Server, true, many, Now)!;
        Assert.Equal((many.Length, Epoch.MaxListedEvents, many[^1]), (epoch.Lost, epoch.Events.Count, epoch.Events[^1]));
    }
}
