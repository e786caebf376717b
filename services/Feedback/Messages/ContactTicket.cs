using System.Security.Cryptography;
using Platform.EventSourcing;

namespace Feedback;

/// <summary>What a message is about.</summary>
public enum Topic { General, Content, Technical, Partnership }

/// <summary>How far a message is.</summary>
public enum TicketStatus { Open, Answered, Closed }

/// <summary>What became of an answer on its way by e-mail.</summary>
public enum Delivery { Waiting, Sent, Undeliverable }

/// <summary>Somebody wrote to the editors, and agreed that we keep it to answer. Personal data: never in a public event.</summary>
public sealed record MessageReceived(
    Topic Topic,
    [property: Confidential] string Name,
    [property: Confidential] string Email,
    [property: Confidential] string Text,
    DateTimeOffset ReceivedAt) : Stored
{
    /// <summary>The language to answer in; English where it is not known.</summary>
    public string? Lang { get; init; }
    public bool? Consent { get; init; }
}
/// <summary>An editor answers: a letter is to be sent.</summary>
public sealed record TicketAnswered(Guid AnswerId, [property: Confidential] string Text, DateTimeOffset AnsweredAt);
/// <summary>The letter was handed over.</summary>
public sealed record AnswerSent(Guid AnswerId, DateTimeOffset SentAt);
/// <summary>The mail server refused the letter for good, with this code.</summary>
public sealed record AnswerUndeliverable(Guid AnswerId, int Code, DateTimeOffset RefusedAt);
/// <summary>The matter is done.</summary>
public sealed record TicketClosed(DateTimeOffset ClosedAt);
/// <summary>Who wrote and what was written was erased; that somebody wrote remains.</summary>
public sealed record TicketErased(DateTimeOffset ErasedAt)
{
    /// <summary>Why, in the words of the moderator; null if it was erased because of its age.</summary>
    public string? Reason { get; init; }
}

/// <summary>One answer.</summary>
public sealed record Answer(Guid Id, [property: Confidential] string Text, DateTimeOffset AnsweredAt, Delivery Delivery) : Stored;

/// <summary>A message to the editors and what became of it.</summary>
public sealed record ContactTicket : Stored, IState<ContactTicket>
{
    public string Id { get; init; } = "";
    public MessageReceived? Message { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
    public TicketStatus Status { get; init; }
    public IReadOnlyList<Answer> Answers { get; init; } = [];
    /// <summary>An answer waits to be sent.</summary>
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
        TicketErased _ => With([.. Answers.Select(Blank)]) with
        {
            Message = Message is null ? null : Blank(Message),
            Erased = true,
            MailDue = false,
        },
        _ => this,
    };

    /// <summary>Without the person: as it is kept after erasure, in events too.</summary>
    internal static MessageReceived Blank(MessageReceived message) => message with { Name = "", Email = "", Text = "" };

    private static Answer Blank(Answer answer) => answer with { Text = "" };

    private ContactTicket Delivered(Guid answer, Delivery delivery) =>
        With([.. Answers.Select(a => a.Id == answer ? a with { Delivery = delivery } : a)]);

    private ContactTicket With(IReadOnlyList<Answer> answers) =>
        this with { Answers = answers, MailDue = !Erased && answers.Any(a => a.Delivery == Delivery.Waiting) };

    /// <summary>The number to name on the telephone: made of the id, without letters that look like digits.</summary>
    public static string Number(Guid id)
    {
        const string letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        var number = string.Concat(SHA256.HashData(id.ToByteArray()).Take(10).Select(b => letters[b & 31]));
        return $"T-{number[..5]}-{number[5..]}";
    }
}
