using Feedback.Messages;
using Kit;
using Xunit;

namespace Unit.Feedback;

public class EraseTicketTests
{
    private static readonly MessageReceived Received = new(Topic.General, "Ann", "ann@example.org", "Hello.", Some.Noon);
    private static readonly TicketErased Erased = new(Some.Noon) { Reason = "asked for it" };

    [Fact]
    public void Erasing_removes_the_personal_data_and_records_the_reason()
    {
        Erasing(Received).Then(Erased);
        Assert.DoesNotContain("ann@example.org", $"{new ContactTicket().Evolve(Received).Evolve(Erased)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Erasing_twice_changes_nothing() => Erasing(Received, Erased).ThenNothing();

    [Fact]
    public void Erasing_a_message_that_does_not_exist_changes_nothing() => Erasing().ThenNothing();

    private static Spec<ContactTicket> Erasing(params object[] given) =>
        Spec<ContactTicket>.Given(given).When(new EraseTicket(Some.Noon, "asked for it").Decide);
}
