using Marten;
using Marten.Linq.MatchesSql;
using Platform.Hosting;

namespace Feedback;

/// <summary><c>GET /api/feedback/messages?status=open|closed</c>: messages for the editors, oldest first.</summary>
public static class MessageInbox
{
    private sealed record Key(DateTimeOffset ReceivedAt, string Id);

    public static void Configure(StoreOptions store) => store.Schema.For<ContactTicket>()
        .Duplicate(t => t.ReceivedAt, notNull: true)
        .Duplicate(t => t.Closed, notNull: true)
        .Index(t => new { t.Closed, t.ReceivedAt, t.Id });

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/feedback/messages", async (string? status, Paging paging, IQuerySession session, CancellationToken ct) =>
        {
            var closed = status switch { null or "open" => false, "closed" => true, _ => throw new Malformed("status", "must be open or closed") };
            IQueryable<ContactTicket> query = session.Query<ContactTicket>().Where(t => t.Closed == closed);
            if (paging.After<Key>() is { } after) query = query.Where(t => t.MatchesSql("(d.received_at, d.id) > (?, ?)", after.ReceivedAt, after.Id));
            var rows = await query.OrderBy(t => t.ReceivedAt).ThenBy(t => t.Id).Take(paging.Limit + 1).ToListAsync(ct);
            return paging.Page(rows, t => new Key(t.ReceivedAt, t.Id),
                t => new InboxItem(Guid.Parse(t.Id["ticket-".Length..]), t.Message!.Topic, t.Message.Name, t.Message.Email, t.Message.Text, t.ReceivedAt, t.Closed ? "closed" : "open"));
        }).Requires(Roles.Editor);
}

/// <summary>One message as editors see it.</summary>
public sealed record InboxItem(Guid Id, Topic Topic, string Name, string Email, string Text, DateTimeOffset ReceivedAt, string Status);
