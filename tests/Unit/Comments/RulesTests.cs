using Comments;
using Kit;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Comments;

public class SetPolicyTests
{
    private static readonly ModerationPolicySet Pre = new(ModerationMode.Pre, 30, Some.Noon);

    [Fact]
    public void A_policy_is_set() => Setting(ModerationMode.Pre, 30).Then(Pre);

    [Fact]
    public void The_same_policy_again_changes_nothing() =>
        Setting(ModerationMode.Pre, 30, Pre with { SetAt = Some.Noon.AddDays(-1) }).ThenNothing();

    [Fact]
    public void Saying_nothing_where_nothing_was_said_changes_nothing() => Setting(null, null).ThenNothing();

    [Fact]
    public void Each_part_is_taken_from_the_nearest_that_says_it()
    {
        ModerationPolicy
            article = new() { ClosedAfterDays = 7 },
            section = new() { Mode = ModerationMode.Pre, ClosedAfterDays = 30 },
            all = new() { Mode = ModerationMode.FirstHeld };
        Assert.Equal(new Rules(ModerationMode.Pre, 7), Rules.Of(article, section, all));
        Assert.Equal(new Rules(ModerationMode.FirstHeld, 7), Rules.Of(article, null, all));
        Assert.Equal(new Rules(ModerationMode.Post, null), Rules.Of(null, null, null));
    }

    [Fact]
    public void Nothing_is_closed_whose_publication_is_not_known() => Assert.False(new Rules(ClosedAfterDays: 1).IsClosed(null, Some.Noon));

    private static Spec<ModerationPolicy> Setting(ModerationMode? mode, int? days, params object[] given) =>
        Spec<ModerationPolicy>.Given(given).When(new SetPolicy(mode, days, Some.Noon).Decide);
}

public class BanPersonTests
{
    [Theory]
    [InlineData("ann@example.org", "ann@example.org")]
    [InlineData("ann+2@example.org", "ann@example.org")]
    [InlineData("ann+a+b@example.org", "ann@example.org")]
    [InlineData("+@example.org", "+@example.org")]
    public void A_ban_is_of_the_mailbox(string address, string mailbox) => Assert.Equal(mailbox, BanPerson.Mailbox(address));

    private static readonly PersonBanned Banned = new("spam", Some.Noon);

    [Fact]
    public void A_person_is_banned() => Spec<Ban>.Given().When(new BanPerson("spam", Some.Noon).Decide).Then(Banned);

    [Fact]
    public void Banning_twice_keeps_the_first_reason() =>
        Spec<Ban>.Given(Banned).When(new BanPerson("rude", Some.Noon).Decide).ThenNothing();

    [Fact]
    public void A_banned_person_is_let_in_again() =>
        Spec<Ban>.Given(Banned).When(new ReadmitPerson(Some.Noon).Decide).Then(new PersonReadmitted(Some.Noon));

    [Fact]
    public void Who_was_never_banned_is_not_let_in_again() =>
        Spec<Ban>.Given().When(new ReadmitPerson(Some.Noon).Decide).ThenThrows<NotFound>("ever banned");

    [Fact]
    public void Who_was_let_in_again_can_be_banned_again() =>
        Spec<Ban>.Given(Banned, new PersonReadmitted(Some.Noon)).When(new BanPerson("spam", Some.Noon).Decide).Then(Banned);
}
