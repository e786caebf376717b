using Comments.Moderation;
using Comments.People;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class SetPolicyTests
{
    private static readonly ModerationPolicySet Pre = new(ModerationMode.Pre, 30, Some.Noon);

    [Fact]
    public void Setting_a_policy_is_recorded() => Setting(ModerationMode.Pre, 30).Then(Pre);

    [Fact]
    public void Setting_the_same_policy_again_changes_nothing() =>
        Setting(ModerationMode.Pre, 30, Pre with { SetAt = Some.Noon.AddDays(-1) }).ThenNothing();

    [Fact]
    public void Setting_an_empty_policy_where_there_is_none_changes_nothing() => Setting(null, null).ThenNothing();

    [Fact]
    public void Each_setting_comes_from_the_most_specific_policy_that_defines_it()
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
    public void A_discussion_without_a_known_publication_date_is_not_closed() =>
        Assert.False(new Rules(ClosedAfterDays: 1).IsClosed(null, Some.Noon));

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
    public void A_ban_applies_to_the_mailbox(string address, string mailbox) => Assert.Equal(mailbox, BanPerson.Mailbox(address));

    private static readonly PersonBanned Banned = new("spam", Some.Noon);

    [Fact]
    public void A_person_can_be_banned() => Spec<Ban>.Given().When(new BanPerson("spam", Some.Noon).Decide).Then(Banned);

    [Fact]
    public void Banning_twice_keeps_the_first_reason() =>
        Spec<Ban>.Given(Banned).When(new BanPerson("rude", Some.Noon).Decide).ThenNothing();

    [Fact]
    public void A_ban_can_be_lifted() =>
        Spec<Ban>.Given(Banned).When(new ReadmitPerson(Some.Noon).Decide).Then(new PersonReadmitted(Some.Noon));

    [Fact]
    public void A_ban_that_does_not_exist_cannot_be_lifted() =>
        Spec<Ban>.Given().When(new ReadmitPerson(Some.Noon).Decide).ThenThrows<NotFound>("ever banned");

    [Fact]
    public void A_person_can_be_banned_again() =>
        Spec<Ban>.Given(Banned, new PersonReadmitted(Some.Noon)).When(new BanPerson("spam", Some.Noon).Decide).Then(Banned);
}
