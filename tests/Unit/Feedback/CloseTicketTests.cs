using Feedback;
using Feedback.Messages;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Feedback;

public class CloseTicketTests
{
    private static readonly MessageReceived Received = new(Topic.General, "Ann", "ann@example.org", "Hello.", Some.Noon);

    [Fact]
    public void An_open_ticket_can_be_closed() =>
        Spec<ContactTicket>.Given(Received).When(new CloseTicket(Some.Noon).Decide).Then(new TicketClosed(Some.Noon));

    [Fact]
    public void Closing_twice_changes_nothing() =>
        Spec<ContactTicket>.Given(Received, new TicketClosed(Some.Noon)).When(new CloseTicket(Some.Noon).Decide).ThenNothing();

    [Fact]
    public void A_message_that_does_not_exist_cannot_be_closed() =>
        Spec<ContactTicket>.Given().When(new CloseTicket(Some.Noon).Decide).ThenThrows<NotFound>("no message");

    [Fact]
    public async Task Messages_are_never_published() =>
        Assert.Empty(
            await Outgoing.Translate(
                Streamed.In("ticket-1", Received, new TicketClosed(Some.Noon)), null!, TestContext.Current.CancellationToken));
}
