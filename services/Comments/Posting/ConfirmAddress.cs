using Comments.Threads;
using Marten;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// The links in e-mails to people who commented. They lead to a page that asks before it changes anything, because mail scanners open
/// links.
/// </summary>
internal static class EmailLinks
{
    public static Uri Page(Site site, CommentContact contact, Guid article, string action) =>
        site.At(
            $"{contact.Lang ?? Languages.Default}/articles/{article}/comments/{Streams.Id(contact.Id)}/{action}"
            + $"?token={contact.Unsubscribe}");

    /// <summary>Loads the address that was left with a comment, if the caller has the token from an e-mail about it.</summary>
    public static async Task<CommentContact> Contact(
        IQuerySession session,
        Guid comment,
        string? token,
        HttpContext http,
        CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var contact = await session.LoadAsync<CommentContact>(Streams.Comment(comment), ct);
        return contact?.IsToken(token) == true ? contact : throw new NotFound("This link is not valid, or the address was erased.");
    }

    /// <summary>Updates in SQL: storing the document would restore an address that an erasure has deleted in the meantime.</summary>
    public static void Set(this IDocumentSession session, CommentContact contact, string property, object value) => session.QueueSqlCommand(
        $"""
        update {session.DocumentStore.Options.DatabaseSchemaName}.mt_doc_commentcontact
        set data = data || jsonb_build_object('{property}', ?) where id = ?
        """, value, contact.Id);
}

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
