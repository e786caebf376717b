using Portal.Console;
using Xunit;

namespace Unit.Portal;

public class SessionTokensTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_token_is_renewed_in_the_second_half_of_its_life()
    {
        var tokens = SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon);
        Assert.False(tokens.ShouldRenew(Noon.AddMinutes(4.9)));
        Assert.True(tokens.ShouldRenew(Noon.AddMinutes(5)));
        Assert.True(tokens.ShouldRenew(Noon.AddHours(1)));
    }

    [Fact]
    public void A_token_without_a_refresh_token_is_never_renewed() =>
        Assert.False(SessionTokens.Begin(Until(Noon.AddMinutes(10)), null, Noon).ShouldRenew(Noon.AddMinutes(9)));

    [Fact]
    public void Renewed_tokens_keep_the_session_and_are_renewed_after_half_of_their_own_life()
    {
        var first = SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon);
        var second = first.Renewed(Until(Noon.AddMinutes(25)), "another", Noon.AddMinutes(5));
        Assert.Equal((first.Session, "another", first.End), (second.Session, second.Refresh, second.End));
        Assert.False(second.ShouldRenew(Noon.AddMinutes(14)));
        Assert.True(second.ShouldRenew(Noon.AddMinutes(15)));
    }

    [Fact]
    public void The_refresh_token_is_kept_if_the_provider_returns_no_new_one() =>
        Assert.Equal(
            "refresh",
            SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon).Renewed(Until(Noon.AddMinutes(20)), null, Noon).Refresh);

    [Fact]
    public void Nothing_is_renewed_after_the_maximum_length_of_a_session()
    {
        var tokens = SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon);
        Assert.True(tokens.ShouldRenew(Noon + SessionTokens.MaxLength - TimeSpan.FromMinutes(1)));
        var end = Noon + SessionTokens.MaxLength;
        Assert.False(tokens.Renewed(Until(end), null, end).ShouldRenew(end));
    }

    [Fact]
    public void A_failed_renewal_is_retried_later()
    {
        var later = SessionTokens.Begin(Until(Noon.AddMinutes(10)), "refresh", Noon).RetryLater(Noon.AddMinutes(5));
        Assert.False(later.ShouldRenew(Noon.AddMinutes(5)));
        Assert.True(later.ShouldRenew(Noon.AddMinutes(6)));
    }

    private static string Until(DateTimeOffset end) => Kit.Tokens.SignedWith(["editor"], Kit.Tokens.Ours, end.UtcDateTime);
}
