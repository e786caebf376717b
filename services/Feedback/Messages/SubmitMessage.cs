using System.ComponentModel.DataAnnotations;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Feedback;

/// <summary>Somebody writes to the editors.</summary>
public sealed record SubmitMessage(Topic Topic, string Name, string Email, string Text, DateTimeOffset Now)
{
    public const int LongestText = 5000;

    public IEnumerable<object> Decide(ContactTicket? ticket)
    {
        if (ticket?.Message is not { } sent)
        {
            yield return new MessageReceived(Topic, Name, Email, Text, Now);
            yield break;
        }
        if ((sent.Topic, sent.Name, sent.Email, sent.Text) != (Topic, Name, Email, Text))
            throw new Rejected("Another message was sent with this Idempotency-Key. Use a new key for a new message.");
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/messages", async (MessageRequest request, IdempotencyKey key, TimeProvider clock, Decider decider, CancellationToken ct) =>
        {
            var command = new SubmitMessage(request.Topic, request.Name.Trim(), request.Email.Trim(), request.Text.Trim(), clock.Now());
            if (command.Text.Length == 0) throw new Malformed("text", "must not be blank");
            var ticket = key.Value ?? Guid.CreateVersion7(command.Now);
            await decider.Decide<ContactTicket>(ContactTicket.Stream(ticket), Expected.Any, command.Decide, ct);
            return Results.Accepted(null, new TicketReceipt(ticket));
        });
}

/// <summary>A message as its sender writes it. The address is used for the answer only.</summary>
public sealed record MessageRequest(
    Topic Topic,
    [property: Required, StringLength(100, MinimumLength = 1)] string Name,
    [property: Required, EmailAddress, StringLength(254)] string Email,
    [property: Required, StringLength(SubmitMessage.LongestText, MinimumLength = 1)] string Text);

/// <summary>The number to name when asking what became of it.</summary>
public sealed record TicketReceipt(Guid Ticket);
