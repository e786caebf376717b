using Feedback;
using Kit;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Feedback;

public class AnswerTicketTests
{
    private static readonly MessageReceived Received = new(Topic.General, "Ann", "ann@example.org", "Hello.", Some.Noon);
    private static readonly AnswerTicket Answer = new(Some.Id(), "Hello, Ann.", Some.Noon);
    private static readonly TicketAnswered Answered = new(Answer.AnswerId, "Hello, Ann.", Some.Noon);

    [Fact]
    public void A_message_is_answered() => Spec<ContactTicket>.Given(Received).When(Answer.Decide).Then(Answered);

    [Fact]
    public void Another_answer_under_the_same_key_is_refused() =>
        Spec<ContactTicket>.Given(Received, Answered).When((Answer with { Text = "Other." }).Decide).ThenRejected("Idempotency-Key");

    [Fact]
    public void What_is_closed_or_erased_or_not_there_is_not_answered()
    {
        Spec<ContactTicket>.Given(Received, new TicketClosed(Some.Noon)).When(Answer.Decide).ThenRejected("closed");
        Spec<ContactTicket>.Given(Received, new TicketErased(Some.Noon)).When(Answer.Decide).ThenRejected("erased");
        Spec<ContactTicket>.Given().When(Answer.Decide).ThenThrows<NotFound>("no message");
    }

    [Fact]
    public void Mail_is_due_until_it_is_sent_or_refused_or_erased()
    {
        static bool Due(params object[] events) => events.Aggregate(new ContactTicket(), (t, e) => t.Evolve(e)).MailDue;
        Assert.False(Due(Received));
        Assert.True(Due(Received, Answered));
        Assert.True(Due(Received, Answered, new TicketClosed(Some.Noon)));
        Assert.False(Due(Received, Answered, new AnswerSent(Answer.AnswerId, Some.Noon)));
        Assert.False(Due(Received, Answered, new AnswerUndeliverable(Answer.AnswerId, 550, Some.Noon)));
        Assert.False(Due(Received, Answered, new TicketErased(Some.Noon)));
        Assert.True(Due(Received, Answered, new AnswerSent(Answer.AnswerId, Some.Noon), new TicketAnswered(Some.Id(), "More.", Some.Noon)));
    }

    [Fact]
    public void Numbers_are_easy_to_read_out_and_differ()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => Some.Id()).ToArray();
        Assert.Equal(1000, ids.Select(ContactTicket.Number).Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^T-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$", ContactTicket.Number(id)));
        Assert.Equal(ContactTicket.Number(ids[0]), ContactTicket.Number(ids[0]));
    }
}
