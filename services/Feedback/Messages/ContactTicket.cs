using System.Security.Cryptography;
using Platform.EventSourcing;

namespace Feedback.Messages;

/// <summary>The topic of a message.</summary>
public enum Topic { General, Content, Technical, Partnership }

/// <summary>The status of a message.</summary>
public enum TicketStatus { Open, Answered, Closed }

/// <summary>The delivery status of an answer that is sent by e-mail.</summary>
public enum Delivery { Waiting, Sent, Undeliverable }

/// <summary>
/// A visitor sent a message to the editors and agreed that it is stored so that it can be answered. It is personal data and is never
/// published.
/// </summary>
public sealed record MessageReceived(
    Topic Topic,
    [property: Confidential] string Name,
    [property: Confidential] string Email,
    [property: Confidential] string Text,
    DateTimeOffset ReceivedAt) : Stored
{
    /// <summary>The language to answer in. Null means English.</summary>
    public string? Lang { get; init; }
    public bool? Consent { get; init; }
}
/// <summary>An editor answered, and an e-mail has to be sent.</summary>
public sealed record TicketAnswered(Guid AnswerId, [property: Confidential] string Text, DateTimeOffset AnsweredAt);
/// <summary>The mail server accepted the e-mail.</summary>
public sealed record AnswerSent(Guid AnswerId, DateTimeOffset SentAt);
/// <summary>The mail server rejected the e-mail permanently, or for days, with this code.</summary>
public sealed record AnswerUndeliverable(Guid AnswerId, int Code, DateTimeOffset RefusedAt);
/// <summary>An editor closed the message.</summary>
public sealed record TicketClosed(DateTimeOffset ClosedAt);
/// <summary>The personal data and the texts were erased. The fact that there was a message remains.</summary>
public sealed record TicketErased(DateTimeOffset ErasedAt)
{
    /// <summary>The reason that the moderator gave; null if the message was erased because of its age.</summary>
    public string? Reason { get; init; }
}

/// <summary>One answer to a message.</summary>
public sealed record Answer(Guid Id, [property: Confidential] string Text, DateTimeOffset AnsweredAt, Delivery Delivery) : Stored;

/// <summary>A message to the editors, with its answers and its status.</summary>
public sealed record ContactTicket : Stored, IState<ContactTicket>
{
    public string Id { get; init; } = "";
    public MessageReceived? Message { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
    public TicketStatus Status { get; init; }
    public IReadOnlyList<Answer> Answers { get; init; } = [];
    /// <summary>Whether an answer is pending, that is, not yet sent.</summary>
    public bool MailDue { get; init; }
    public bool Erased { get; init; }

    public static string Stream(Guid id) => Streams.Ticket(id);

    public ContactTicket Evolve(object @event) => @event switch
    {
        MessageReceived e => this with { Message = e, ReceivedAt = e.ReceivedAt },
        TicketAnswered e => With([.. Answers, new Answer(e.AnswerId, e.Text, e.AnsweredAt, Delivery.Waiting)]) with
        {
            Status = TicketStatus.Answered,
        },
        AnswerSent e => Delivered(e.AnswerId, Delivery.Sent),
        AnswerUndeliverable e => Delivered(e.AnswerId, Delivery.Undeliverable),
        TicketClosed _ => this with { Status = TicketStatus.Closed },
        TicketErased _ => With([.. Answers.Select(WithoutText)]) with
        {
            Message = Message is null ? null : WithoutPersonalData(Message),
            Erased = true,
            MailDue = false,
        },
        _ => this,
    };

    /// <summary>What remains of a message, and of its stored event, after the person was erased.</summary>
    internal static MessageReceived WithoutPersonalData(MessageReceived message) => message with { Name = "", Email = "", Text = "" };

    private static Answer WithoutText(Answer answer) => answer with { Text = "" };

    private ContactTicket Delivered(Guid answer, Delivery delivery) =>
        With([.. Answers.Select(a => a.Id == answer ? a with { Delivery = delivery } : a)]);

    private ContactTicket With(IReadOnlyList<Answer> answers) =>
        this with { Answers = answers, MailDue = !Erased && answers.Any(a => a.Delivery == Delivery.Waiting) };

    /// <summary>
    /// A ticket number that can be read out on the telephone, derived from the id. It has no letters that look like digits.
    /// </summary>
    public static string Number(Guid id)
    {
        const string alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        var number = string.Concat(SHA256.HashData(id.ToByteArray()).Take(10).Select(b => alphabet[b & 31]));
        return $"T-{number[..5]}-{number[5..]}";
    }
}
