using Feedback.Messages;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Feedback;

public class AnswerTicketTests
{
    private static readonly MessageReceived Received = new(Topic.General, "Ann", "ann@example.org", "Hello.", Some.Noon);
    private static readonly AnswerTicket Answer = new(Some.Id(), "Hello, Ann.", Some.Noon);
    private static readonly TicketAnswered Answered = new(Answer.AnswerId, "Hello, Ann.", Some.Noon);

    [Fact]
    public void An_open_message_can_be_answered() =>
        Spec<ContactTicket>.Given(Received).When(Answer.Decide).Then(Answered);

    [Fact]
    public void A_different_answer_with_the_same_key_is_rejected() =>
        Spec<ContactTicket>.Given(Received, Answered).When((Answer with { Text = "Other." }).Decide).ThenRejected("Idempotency-Key");

    [Fact]
    public void A_closed_erased_or_unknown_message_cannot_be_answered()
    {
        Spec<ContactTicket>.Given(Received, new TicketClosed(Some.Noon)).When(Answer.Decide).ThenRejected("closed");
        Spec<ContactTicket>.Given(Received, new TicketErased(Some.Noon)).When(Answer.Decide).ThenRejected("erased");
        Spec<ContactTicket>.Given().When(Answer.Decide).ThenThrows<NotFound>("no message");
    }

    [Fact]
    public void An_email_is_pending_until_it_is_sent_undeliverable_or_erased()
    {
        static bool IsPending(params object[] events) => events.Aggregate(new ContactTicket(), (t, e) => t.Evolve(e)).MailDue;
        Assert.False(IsPending(Received));
        Assert.True(IsPending(Received, Answered));
        Assert.True(IsPending(Received, Answered, new TicketClosed(Some.Noon)));
        Assert.False(IsPending(Received, Answered, new AnswerSent(Answer.AnswerId, Some.Noon)));
        Assert.False(IsPending(Received, Answered, new AnswerUndeliverable(Answer.AnswerId, 550, Some.Noon)));
        Assert.False(IsPending(Received, Answered, new TicketErased(Some.Noon)));
        Assert.True(
            IsPending(
                Received,
                Answered,
                new AnswerSent(Answer.AnswerId, Some.Noon),
                new TicketAnswered(Some.Id(), "More.", Some.Noon)));
    }

    [Fact]
    public void Ticket_numbers_are_unique_stable_and_easy_to_read_out()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => Some.Id()).ToArray();
        Assert.Equal(1000, ids.Select(ContactTicket.Number).Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^T-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$", ContactTicket.Number(id)));
        Assert.Equal(ContactTicket.Number(ids[0]), ContactTicket.Number(ids[0]));
    }
}
