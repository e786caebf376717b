using Feedback.Messages;
using Kit;
using Xunit;

namespace Unit.Feedback;

public class SubmitMessageTests
{
    private static readonly SubmitMessage Submit = new(Topic.Content, "Ann", "ann@example.org", "There is a mistake.", Some.Noon);
    private static readonly MessageReceived Received = new(Topic.Content, "Ann", "ann@example.org", "There is a mistake.", Some.Noon);

    [Fact]
    public void A_message_can_be_sent() => Spec<ContactTicket>.Given().When(Submit.Decide).Then(Received);

    [Fact]
    public void Repeating_a_message_changes_nothing() =>
        Spec<ContactTicket>.Given(Received).When((Submit with { Now = Some.Noon.AddDays(1) }).Decide).ThenNothing();

    [Fact]
    public void Repeating_a_message_does_not_reopen_a_closed_ticket() =>
        Spec<ContactTicket>.Given(Received, new TicketClosed(Some.Noon)).When(Submit.Decide).ThenNothing();

    [Fact]
    public void A_different_message_with_the_same_key_is_rejected() =>
        Spec<ContactTicket>.Given(Received).When((Submit with { Text = "Another." }).Decide).ThenRejected("Idempotency-Key");
}
