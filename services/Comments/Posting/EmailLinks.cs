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
