using Articles.Feeds;
using Xunit;

namespace Unit.Articles;

public class LastChangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), Started = Now.AddHours(-1);

    [Theory]
    [InlineData(-60, -60)]
    [InlineData(-11, -11)]
    [InlineData(-10, null)] // Another change may follow in the same second, or its transaction may commit late.
    [InlineData(0, null)]
    [InlineData(-7200, -3600)] // The change is older than this process, whose version or settings may be new.
    public void A_list_has_a_modification_time_if_no_change_with_the_same_time_can_follow(int changed, int? shown) =>
        Assert.Equal(shown is null ? null : Now.AddSeconds(shown.Value), LastChange.Settled(Now.AddSeconds(changed), Started, Now));

    [Fact]
    public void Without_any_change_the_modification_time_is_the_start_of_the_process() =>
        Assert.Equal(Started, LastChange.Settled(null, Started, Now));
}
