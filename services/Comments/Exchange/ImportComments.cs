using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>
/// <c>POST /api/import/comments/jsonl</c>, <c>/disqus</c>, <c>/wordpress</c>: imports comments from an export of this service, of Disqus
/// (XML) or of WordPress (WXR). A file can be sent repeatedly: comments keep their ids. No e-mails are sent. The response is streamed and
/// contains a JSON line for each comment.
/// </summary>
public static class ImportComments
{
    public static void Map(IEndpointRouteBuilder app)
    {
        Map(app, "jsonl", (comments, ct) => comments.ImportLines(ct));
        Map(app, "disqus", (comments, ct) => comments.ImportXml(DisqusComments.Read, ct));
        Map(app, "wordpress", (comments, ct) => comments.ImportXml(WordPressComments.Read, ct));
    }

    private static void Map(IEndpointRouteBuilder app, string kind, Func<CommentImporter, CancellationToken, Task> import) =>
        app.MapPost($"/api/import/comments/{kind}", async (
            HttpContext http,
            IDocumentStore store,
            Decider decider,
            CancellationToken ct) =>
        {
            http.Response.TagWithKeys(SurrogateKey.Everything);
            await import(new CommentImporter(new Import(http), http.Request.Body, store, decider), ct);
        }).Produces<ImportResult>(200, Import.JsonLines).Requires(Roles.Moderator);
}
