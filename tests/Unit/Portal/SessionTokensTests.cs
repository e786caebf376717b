using Portal.Console;
using Xunit;

namespace Unit.Portal;

public class SessionTokensTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Tokens_are_due_from_half_of_their_life_on()
    {
        var tokens = SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon);
        Assert.False(tokens.ShouldRenew(Noon.AddMinutes(4.9)));
        Assert.True(tokens.ShouldRenew(Noon.AddMinutes(5)));
        Assert.True(tokens.ShouldRenew(Noon.AddHours(1)));
    }

    [Fact]
    public void Without_a_refresh_token_they_never_are() =>
        Assert.False(SessionTokens.Begin(Until(Noon.AddMinutes(10)), null, Noon).ShouldRenew(Noon.AddMinutes(9)));

    [Fact]
    public void Renewed_they_are_of_the_same_session_and_due_by_their_own_life()
    {
        var first = SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon);
        var second = first.Renewed(Until(Noon.AddMinutes(25)), "another", Noon.AddMinutes(5));
        Assert.Equal((first.Session, "another", first.End), (second.Session, second.Refresh, second.End));
        Assert.False(second.ShouldRenew(Noon.AddMinutes(14)));
        Assert.True(second.ShouldRenew(Noon.AddMinutes(15)));
    }

    [Fact]
    public void Where_the_provider_gives_no_new_refresh_token_the_old_one_stays() =>
        Assert.Equal(
            "refresh",
            SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon).Renewed(Until(Noon.AddMinutes(20)), null, Noon).Refresh);

    [Fact]
    public void After_the_longest_a_session_may_last_nothing_is_renewed()
    {
        var tokens = SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon);
        Assert.True(tokens.ShouldRenew(Noon + SessionTokens.MaxLength - TimeSpan.FromMinutes(1)));
        var end = Noon + SessionTokens.MaxLength;
        Assert.False(tokens.Renewed(Until(end), null, end).ShouldRenew(end));
    }

    [Fact]
    public void A_provider_that_did_not_answer_is_asked_again_in_a_while()
    {
        var later = SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon).RetryLater(Noon.AddMinutes(5));
        Assert.False(later.ShouldRenew(Noon.AddMinutes(5)));
        Assert.True(later.ShouldRenew(Noon.AddMinutes(6)));
    }

    private static string Until(DateTimeOffset end) => Kit.Tokens.SignedWith(["editor"], Kit.Tokens.Ours, end.UtcDateTime);
}
