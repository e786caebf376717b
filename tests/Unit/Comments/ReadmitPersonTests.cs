using Comments.People;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class ReadmitPersonTests
{
    private static readonly PersonBanned Banned = new("spam", Some.Noon);

    [Fact]
    public void A_ban_can_be_lifted() =>
        Spec<Ban>.Given(Banned).When(new ReadmitPerson(Some.Noon).Decide).Then(new PersonReadmitted(Some.Noon));

    [Fact]
    public void A_ban_that_does_not_exist_cannot_be_lifted() =>
        Spec<Ban>.Given().When(new ReadmitPerson(Some.Noon).Decide).ThenThrows<NotFound>("ever banned");
}
