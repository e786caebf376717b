using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.PublicInput;

namespace Feedback.Messages;

/// <summary>The e-mails with answers to messages. An e-mail is pending until an event records that it was sent or undeliverable.</summary>
public sealed class AnswerEmails : IEmailOutbox
{
    private static readonly Dictionary<string, string> Subjects = new()
    {
        ["en"] = "Your message to SCO News",
        ["ru"] = "Ваше сообщение порталу «Новости ШОС»",
        ["zh"] = "您给上合组织新闻的留言",
    };

    public async Task<IReadOnlyList<Email>> Pending(IQuerySession session, DateTimeOffset now, CancellationToken ct)
    {
        var mayBeSent = EmailRetry.MayBeSent(session.DocumentStore.Options.DatabaseSchemaName, "(a ->> 'id')::uuid");
        var isPending =
            $"exists (select from jsonb_array_elements(d.data -> 'answers') a where a ->> 'delivery' = 'Waiting' and {mayBeSent})";
        var tickets = await session.Query<ContactTicket>().Where(t => t.MailDue && t.MatchesSql(isPending, now))
            .OrderBy(t => t.ReceivedAt).Take(100).ToListAsync(ct);
        return [.. tickets.SelectMany(t => t.Answers.Where(a => a.Delivery == Delivery.Waiting).Select(a => ToEmail(t, a)))];
    }

    public Task Sent(Email email, Decider decider, DateTimeOffset at, CancellationToken ct) =>
        decider.Decide<ContactTicket>(email.About, t => IsWaiting(t, email.Id) ? [new AnswerSent(email.Id, at)] : [], ct);

    public Task Undeliverable(
        Email email,
        Decider decider,
        int code,
        DateTimeOffset at,
        CancellationToken ct) =>
        decider.Decide<ContactTicket>(email.About, t => IsWaiting(t, email.Id) ? [new AnswerUndeliverable(email.Id, code, at)] : [], ct);

    private static bool IsWaiting(ContactTicket? ticket, Guid answer) =>
        ticket?.Answers.Any(a => a.Id == answer && a.Delivery == Delivery.Waiting) == true;

    private static Email ToEmail(ContactTicket ticket, Answer answer)
    {
        var (message, number) = (ticket.Message!, ContactTicket.Number(Streams.Id(ticket.Id)));
        // The visitor's name is not used, because it can be any text and the address can belong to another person.
        var subject = $"{Subjects[message.Lang ?? Languages.Default]} ({number})";
        return new(answer.Id, ticket.Id, message.Email, "", subject, $"{answer.Text}\n\n-- \n{number}\n");
    }
}
