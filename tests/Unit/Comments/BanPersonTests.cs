using Comments.People;
using Kit;
using Xunit;

namespace Unit.Comments;

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
    public void A_person_can_be_banned_again() =>
        Spec<Ban>.Given(Banned, new PersonReadmitted(Some.Noon)).When(new BanPerson("spam", Some.Noon).Decide).Then(Banned);
}
