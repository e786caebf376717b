namespace Feedback.Messages;

/// <summary>Erases the personal data of a message. The fact that a message was sent and answered remains.</summary>
public sealed record EraseTicket(DateTimeOffset Now, string? Reason = null)
{
    public IEnumerable<object> Decide(ContactTicket? ticket)
    {
        if (ticket is { Erased: false }) yield return new TicketErased(Now) { Reason = Reason };
    }
}
