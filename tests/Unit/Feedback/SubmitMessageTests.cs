using Feedback;
using Kit;
using Xunit;

namespace Unit.Feedback;

public class SubmitMessageTests
{
    private static readonly SubmitMessage Submit = new(Topic.Content, "Ann", "ann@example.org", "There is a mistake.", Some.Noon);
    private static readonly MessageReceived Received = new(Topic.Content, "Ann", "ann@example.org", "There is a mistake.", Some.Noon);

    [Fact]
    public void A_message_is_received() => Spec<ContactTicket>.Given().When(Submit.Decide).Then(Received);

    [Fact]
    public void The_same_message_again_changes_nothing() =>
        Spec<ContactTicket>.Given(Received).When((Submit with { Now = Some.Noon.AddDays(1) }).Decide).ThenNothing();

    [Fact]
    public void The_same_message_again_does_not_open_a_closed_ticket() =>
        Spec<ContactTicket>.Given(Received, new TicketClosed(Some.Noon)).When(Submit.Decide).ThenNothing();

    [Fact]
    public void Another_message_under_the_same_key_is_refused() =>
        Spec<ContactTicket>.Given(Received).When((Submit with { Text = "Another." }).Decide).ThenRejected("Idempotency-Key");
}
