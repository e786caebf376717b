using Marten;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// <c>POST /api/comments/{id}/confirm?token=</c>: the owner of an e-mail address confirms that this comment is theirs. After that,
/// e-mails about replies are sent to the address.
/// </summary>
public static class ConfirmAddress
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/comments/{id:guid}/confirm", async (
            Guid id,
            string? token,
            HttpContext http,
            TimeProvider clock,
            IDocumentSession session,
            CancellationToken ct) =>
        {
            var contact = await EmailLinks.Contact(session, id, token, http, ct);
            if (contact.ConfirmedAt is null)
            {
                session.Set(contact, "confirmedAt", clock.Now().ToString("O"));
                await session.SaveChangesAsync(ct);
            }
            return TypedResults.NoContent();
        }).AllowAnonymous().RateLimitedPerVisitor();
}
