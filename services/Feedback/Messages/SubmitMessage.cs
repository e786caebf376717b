using System.ComponentModel.DataAnnotations;
using Feedback.Typos;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Feedback.Messages;

/// <summary>A visitor sends a message to the editors.</summary>
public sealed record SubmitMessage(
    Topic Topic,
    string Name,
    string Email,
    string Text,
    DateTimeOffset Now)
{
    public const int LongestText = 5000;

    public string? Lang { get; init; }
    public bool? Consent { get; init; }

    public IEnumerable<object> Decide(ContactTicket? ticket)
    {
        if (ticket?.Message is not { } sent)
        {
            yield return new MessageReceived(Topic, Name, Email, Text, Now) { Lang = Lang, Consent = Consent };
            yield break;
        }
        if ((sent.Topic, sent.Name, sent.Email, sent.Text) != (Topic, Name, Email, Text))
            throw new Rejected("Another message was sent with this Idempotency-Key. Use a new key for a new message.");
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/messages", async (
            MessageRequest request,
            IdempotencyKey key,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            ProofOfWork work,
            CancellationToken ct) =>
            {
                var now = clock.Now();
                var ticket = key.Value ?? Guid.CreateVersion7(now);
                if (!Visitors.IsHoneypotFilled(request.Website))
                {
                    var command = new SubmitMessage(request.Topic, request.Name.Trim(), request.Email.Trim(), request.Text.Trim(), now)
                    {
                        Lang = TypoLimits.ResponseLanguage(http, request.Lang),
                        Consent = true,
                    };
                    if (command.Text.Length == 0) throw new Malformed("text", "must not be blank");
                    if (!Mail.IsAddress(command.Email))
                        throw new Malformed("email", "must be a valid e-mail address, to which the answer is sent");
                    if (!request.Consent)
                        throw new Malformed(
                            "consent", "must be true: without your consent we may not store your message and address to answer you");
                    await work.Check(request.Proof, ticket, now, ct);
                    await decider.Decide<ContactTicket>(Streams.Ticket(ticket), Expected.Any, command.Decide, ct);
                }
                return Results.Accepted($"/api/feedback/tickets/{ticket}", new TicketReceipt(ticket, ContactTicket.Number(ticket)));
            }).AllowAnonymous().Produces<TicketReceipt>(202).RateLimitedPerVisitor();
}

/// <summary>
/// A message to the editors. <c>email</c> is used only for the answer; <c>consent</c> must be true: the sender agrees that message and
/// address are stored for this purpose; <c>lang</c> is the language of the answer (en, ru or zh); <c>proof</c> is a solved challenge, if
/// <c>/api/feedback/limits</c> requires one; <c>website</c> must be omitted.
/// </summary>
public sealed record MessageRequest(
    Topic Topic,
    [property: Required, Visible, StringLength(100, MinimumLength = 1)] string Name,
    [property: Required, EmailAddress, StringLength(254)] string Email,
    [property: Required, Visible, StringLength(SubmitMessage.LongestText, MinimumLength = 1)] string Text,
    bool Consent = false,
    [property: Language] string? Lang = null,
    [property: StringLength(200)] string? Website = null,
    [property: StringLength(4000)] string? Proof = null);

/// <summary>The ticket with which the status of the message can be read, and the number for communication with the editors.</summary>
public sealed record TicketReceipt(Guid Ticket, string Number);
