using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>The links in e-mails to people who commented. A page asks before anything is changed: mail scanners open links too.</summary>
internal static class EmailLinks
{
    /// <summary>The page of the site that asks.</summary>
    public static Uri Page(Site site, CommentContact contact, Guid article, string action) =>
        site.At($"{contact.Lang ?? "en"}/articles/{article}/comments/{Streams.Id(contact.Id)}/{action}?token={contact.Unsubscribe}");

    /// <summary>The address that was left with a comment, for a caller who has the token of an e-mail about it.</summary>
    public static async Task<CommentContact> Contact(
        IQuerySession session, Guid comment, string? token, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var contact = await session.LoadAsync<CommentContact>(Streams.Comment(comment), ct);
        return contact?.IsToken(token) == true ? contact : throw new NotFound("This link is not valid, or the address was erased.");
    }

    /// <summary>An update, which changes nothing if an erasure has deleted the address meanwhile; storing it would bring it back.</summary>
    public static void Set(this IDocumentSession session, CommentContact contact, string property, object value) => session.QueueSqlCommand(
        $"""
        update {session.DocumentStore.Options.DatabaseSchemaName}.mt_doc_commentcontact
        set data = data || jsonb_build_object('{property}', ?) where id = ?
        """, value, contact.Id);
}

/// <summary>
/// <c>POST /api/comments/{id}/confirm?token=</c>: the owner of an address confirms that it was left with this comment by them. From
/// then on e-mails about answers are sent to it.
/// </summary>
public static class ConfirmAddress
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/comments/{id:guid}/confirm", async (
            Guid id, string? token, HttpContext http, TimeProvider clock, IDocumentSession session, CancellationToken ct) =>
        {
            var contact = await EmailLinks.Contact(session, id, token, http, ct);
            if (contact.ConfirmedAt is null)
            {
                session.Set(contact, "confirmedAt", clock.Now().ToString("O"));
                await session.SaveChangesAsync(ct);
            }
            return TypedResults.NoContent();
        }).AllowAnonymous().LimitedPerVisitor();
}

/// <summary>
/// <c>POST /api/comments/{id}/unsubscribe?token=</c>: no more e-mails about answers to this comment; mail programs send it by
/// themselves (RFC 8058). <c>GET</c> leads to a page that asks and changes nothing.
/// </summary>
public static class UnsubscribeFromReplies
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/comments/{id:guid}/unsubscribe", async (
            Guid id, string? token, HttpContext http, IDocumentSession session, CancellationToken ct) =>
        {
            var contact = await EmailLinks.Contact(session, id, token, http, ct);
            session.Set(contact, "notify", false);
            await session.SaveChangesAsync(ct);
            return Results.Text(contact.Lang switch
            {
                "ru" => "Писем об ответах на этот комментарий больше не будет.",
                "zh" => "您将不再收到有关此评论回复的邮件。",
                _ => "You will get no more e-mails about answers to this comment.",
            });
        }).AllowAnonymous().Produces<string>(200, "text/plain").LimitedPerVisitor();
        app.MapGet("/api/comments/{id:guid}/unsubscribe", async (
            Guid id, string? token, HttpContext http, Site site, IQuerySession session, CancellationToken ct) =>
        {
            var contact = await EmailLinks.Contact(session, id, token, http, ct);
            var comment = await session.LoadAsync<CommentView>(contact.Id, ct) ?? throw new NotFound("There is no comment with this id.");
            return Results.Redirect(EmailLinks.Page(site, contact, comment.ArticleId, "unsubscribe").AbsoluteUri);
        }).AllowAnonymous().Produces(302).LimitedPerVisitor();
    }
}
