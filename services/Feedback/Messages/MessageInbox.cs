using Marten;
using Marten.Linq.MatchesSql;
using Platform.Web;

namespace Feedback.Messages;

/// <summary>
/// <c>GET /api/feedback/messages?status=open|answered|closed</c>: messages for the editors, oldest first; <c>GET
/// /api/feedback/messages/{id}</c>: one message; <c>GET /api/feedback/tickets/{id}</c>: the status of a message, but not its text, for
/// anybody who has its ticket.
/// </summary>
public static class MessageInbox
{
    private sealed record Key(DateTimeOffset ReceivedAt, string Id);

    public static void Configure(StoreOptions store) => store.Schema.For<ContactTicket>()
        .Duplicate(t => t.ReceivedAt, notNull: true)
        .Duplicate(t => t.Status, notNull: true)
        .Duplicate(t => t.MailDue, notNull: true)
        .Duplicate(t => t.Erased, notNull: true)
        .Index(t => new { t.Status, t.ReceivedAt, t.Id })
        .Index(t => t.ReceivedAt, index => { index.Name = "mt_doc_contactticket_idx_mail"; index.Predicate = "mail_due"; });

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/feedback/messages", async (string? status, Paging paging, IQuerySession session, CancellationToken ct) =>
        {
            var wanted = status switch
            {
                null or "open" => TicketStatus.Open,
                "answered" => TicketStatus.Answered,
                "closed" => TicketStatus.Closed,
                _ => throw new Malformed("status", "must be open, answered or closed"),
            };
            IQueryable<ContactTicket> query = session.Query<ContactTicket>().Where(t => t.Status == wanted);
            if (paging.After<Key>() is { } after)
                query = query.Where(t => t.MatchesSql("(d.received_at, d.id) > (?, ?)", after.ReceivedAt, after.Id));
            var rows = await query.OrderBy(t => t.ReceivedAt).ThenBy(t => t.Id).Take(paging.Limit + 1).ToListAsync(ct);
            return paging.Page(rows, t => new Key(t.ReceivedAt, t.Id), InboxItem.Of);
        }).Requires(Roles.Editor);
        app.MapGet("/api/feedback/messages/{id:guid}", async (Guid id, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            // The version is read first: if the ticket changes in between, the editor's If-Match fails, which is safe.
            var stream = await session.Events.FetchStreamStateAsync(Streams.Ticket(id), ct);
            return Versions.Versioned(http, $"{stream?.Version}", InboxItem.Of(await LoadTicket(session, id, ct)));
        }).Requires(Roles.Editor);
        app.MapGet("/api/feedback/tickets/{id:guid}", async (Guid id, IQuerySession session, CancellationToken ct) =>
        {
            var ticket = await LoadTicket(session, id, ct);
            return new TicketState(ContactTicket.Number(id), ticket.Status, ticket.ReceivedAt);
        }).AllowAnonymous();
    }

    private static async Task<ContactTicket> LoadTicket(IQuerySession session, Guid id, CancellationToken ct) =>
        await session.LoadAsync<ContactTicket>(Streams.Ticket(id), ct) ?? throw new NotFound("There is no message with this id.");
}

/// <summary>One message as editors see it, with its answers and their delivery status.</summary>
public sealed record InboxItem(
    Guid Id,
    string Number,
    Topic Topic,
    string Name,
    string Email,
    string Text,
    DateTimeOffset ReceivedAt,
    TicketStatus Status,
    IReadOnlyList<Answer> Answers,
    bool Erased)
{
    internal static InboxItem Of(ContactTicket t) =>
        new(
            Streams.Id(t.Id), ContactTicket.Number(Streams.Id(t.Id)), t.Message!.Topic, t.Message.Name, t.Message.Email, t.Message.Text,
            t.ReceivedAt, t.Status, t.Answers, t.Erased);
}

/// <summary>The status of a message, for the person who has its ticket.</summary>
public sealed record TicketState(string Number, TicketStatus Status, DateTimeOffset ReceivedAt);
