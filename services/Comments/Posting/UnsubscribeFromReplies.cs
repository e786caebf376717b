using Comments.Threads;
using Marten;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// <c>POST /api/comments/{id}/unsubscribe?token=</c>: stops e-mails about replies to this comment. Mail programs can send this request
/// on their own (RFC 8058). <c>GET</c> redirects to a page that asks for confirmation; it changes nothing.
/// </summary>
public static class UnsubscribeFromReplies
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/comments/{id:guid}/unsubscribe", async (
            Guid id,
            string? token,
            HttpContext http,
            IDocumentSession session,
            CancellationToken ct) =>
        {
            var contact = await EmailLinks.Contact(session, id, token, http, ct);
            session.Set(contact, "notify", false);
            await session.SaveChangesAsync(ct);
            return Results.Text(contact.Lang switch
            {
                "ru" =>
                    "Вы больше не будете получать письма "
                    + "об ответах на этот комментарий.",
                "zh" => "您将不再收到有关此评论回复的邮件。",
                _ => "You will receive no more e-mails about replies to this comment.",
            });
        }).AllowAnonymous().Produces<string>(200, "text/plain").RateLimitedPerVisitor();
        app.MapGet("/api/comments/{id:guid}/unsubscribe", async (
            Guid id,
            string? token,
            HttpContext http,
            Site site,
            IQuerySession session,
            CancellationToken ct) =>
        {
            var contact = await EmailLinks.Contact(session, id, token, http, ct);
            var comment = await session.LoadAsync<CommentView>(contact.Id, ct) ?? throw new NotFound("There is no comment with this id.");
            return Results.Redirect(EmailLinks.Page(site, contact, comment.ArticleId, "unsubscribe").AbsoluteUri);
        }).AllowAnonymous().Produces(302).RateLimitedPerVisitor();
    }
}
