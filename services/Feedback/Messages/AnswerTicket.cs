using System.ComponentModel.DataAnnotations;
using Platform.EventSourcing;
using Platform.Web;

namespace Feedback.Messages;

/// <summary>
/// An editor answers a message. The answer is stored first and then sent by e-mail. Requests with the same <c>Idempotency-Key</c> count
/// once.
/// </summary>
public sealed record AnswerTicket(Guid AnswerId, string Text, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(ContactTicket? ticket)
    {
        if (ticket?.Message is null) throw new NotFound("There is no message with this id.");
        if (ticket.Answers.FirstOrDefault(a => a.Id == AnswerId) is { } existing)
        {
            if (existing.Text != Text)
                throw new Rejected("Another answer was sent with this Idempotency-Key. Use a new key for a new answer.");
            yield break;
        }
        if (ticket.Erased) throw new Rejected("The message was erased and can no longer be answered.");
        if (ticket.Status == TicketStatus.Closed) throw new Rejected("The message is closed and can no longer be answered.");
        yield return new TicketAnswered(AnswerId, Text, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/messages/{id:guid}/answer", async (
            Guid id,
            AnswerRequest request,
            IdempotencyKey key,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                if (string.IsNullOrWhiteSpace(request.Text)) throw new Malformed("text", "must not be blank");
                var now = clock.Now();
                var decision = await decider.Decide<ContactTicket>(
                    Streams.Ticket(id),
                    seen.Expected,
                    new AnswerTicket(key.Value ?? Guid.CreateVersion7(now), request.Text.Trim(), now).Decide,
                    ct);
                return decision.Written(http, $"/api/feedback/messages/{id}");
            }).Requires(Roles.Editor);
}

/// <summary>An answer to a message, in plain text.</summary>
public sealed record AnswerRequest([property: Required, Visible, StringLength(10_000, MinimumLength = 1)] string Text);
