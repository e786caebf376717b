using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Feedback;

/// <summary>The e-mails with answers to messages. An e-mail is pending until an event records that it was sent or undeliverable.</summary>
public sealed class AnswerEmails : ILetters
{
    private static readonly Dictionary<string, string> Subjects = new()
    {
        ["en"] = "Your message to SCO News",
        ["ru"] = "Ваше сообщение порталу «Новости ШОС»",
        ["zh"] = "您给上合组织新闻的留言",
    };

    public async Task<IReadOnlyList<Letter>> Due(IQuerySession session, CancellationToken ct)
    {
        var mayBeSent = EmailRetry.MayBeSent(session.DocumentStore.Options.DatabaseSchemaName, "(a ->> 'id')::uuid");
        var isPending =
            $"exists (select from jsonb_array_elements(d.data -> 'answers') a where a ->> 'delivery' = 'Waiting' and {mayBeSent})";
        var tickets = await session.Query<ContactTicket>().Where(t => t.MailDue && t.MatchesSql(isPending))
            .OrderBy(t => t.ReceivedAt).Take(100).ToListAsync(ct);
        return [.. tickets.SelectMany(t => t.Answers.Where(a => a.Delivery == Delivery.Waiting).Select(a => ToEmail(t, a)))];
    }

    public Task Sent(Letter letter, Decider decider, DateTimeOffset at, CancellationToken ct) =>
        decider.Decide<ContactTicket>(letter.About, t => IsWaiting(t, letter.Id) ? [new AnswerSent(letter.Id, at)] : [], ct);

    public Task Undeliverable(
        Letter letter,
        Decider decider,
        int code,
        DateTimeOffset at,
        CancellationToken ct) =>
        decider.Decide<ContactTicket>(letter.About, t => IsWaiting(t, letter.Id) ? [new AnswerUndeliverable(letter.Id, code, at)] : [], ct);

    private static bool IsWaiting(ContactTicket? ticket, Guid answer) =>
        ticket?.Answers.Any(a => a.Id == answer && a.Delivery == Delivery.Waiting) == true;

    private static Letter ToEmail(ContactTicket ticket, Answer answer)
    {
        var (message, number) = (ticket.Message!, ContactTicket.Number(Streams.Id(ticket.Id)));
        // The visitor's name is not used, because it can be any text and the address can belong to another person.
        var subject = $"{Subjects[message.Lang ?? "en"]} ({number})";
        return new(answer.Id, ticket.Id, message.Email, "", subject, $"{answer.Text}\n\n-- \n{number}\n");
    }
}
