using Articles;
using Xunit;

namespace Unit.Articles;

public class LastChangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), Started = Now.AddHours(-1);

    [Theory]
    [InlineData(-60, -60)]
    [InlineData(-11, -11)]
    [InlineData(-10, null)] // another change may follow within the same second, or be stored late
    [InlineData(0, null)]
    [InlineData(-7200, -3600)] // before this process started, whose version and settings may be new
    public void A_list_has_a_modification_time_once_it_can_no_longer_move_unseen(int changed, int? shown) =>
        Assert.Equal(shown is null ? null : Now.AddSeconds(shown.Value), LastChange.Settled(Now.AddSeconds(changed), Started, Now));

    [Fact]
    public void Without_any_change_the_start_of_the_process_counts() => Assert.Equal(Started, LastChange.Settled(null, Started, Now));
}
