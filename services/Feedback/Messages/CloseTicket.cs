using Platform.EventSourcing;
using Platform.Web;


namespace Feedback.Messages;

/// <summary>An editor closes a message.</summary>
public sealed record CloseTicket(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(ContactTicket? ticket)
    {
        if (ticket is null) throw new NotFound("There is no message with this id.");
        if (ticket.Status != TicketStatus.Closed) yield return new TicketClosed(Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/messages/{id:guid}/close", async (
            Guid id,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                var decision = await decider.Decide<ContactTicket>(ContactTicket.Stream(id), new CloseTicket(clock.Now()).Decide, ct);
                return decision.Written(http, $"/api/feedback/messages/{id}");
            }).Requires(Roles.Editor);
}
