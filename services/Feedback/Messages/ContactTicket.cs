using Platform.EventSourcing;

namespace Feedback;

/// <summary>What a message is about.</summary>
public enum Topic { General, Content, Technical, Partnership }

/// <summary>Somebody wrote to the editors. Personal data: never in a public event.</summary>
public sealed record MessageReceived(Topic Topic, string Name, string Email, string Text, DateTimeOffset ReceivedAt);
/// <summary>The matter is done.</summary>
public sealed record TicketClosed(DateTimeOffset ClosedAt);

/// <summary>A message to the editors and what became of it.</summary>
public sealed record ContactTicket : IState<ContactTicket>
{
    public string Id { get; init; } = "";
    public MessageReceived? Message { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
    public bool Closed { get; init; }

    public static string Stream(Guid id) => $"ticket-{id}";

    public ContactTicket Evolve(object @event) => @event switch
    {
        MessageReceived e => this with { Message = e, ReceivedAt = e.ReceivedAt },
        TicketClosed _ => this with { Closed = true },
        _ => this,
    };
}
