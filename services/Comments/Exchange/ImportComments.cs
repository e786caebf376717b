using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Marten;
using Npgsql;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// <c>POST /api/import/comments/jsonl</c>, <c>/disqus</c>, <c>/wordpress</c>: comments out of our own export, of Disqus (XML) or of WordPress (WXR). Each keeps its id however often it is sent;
/// no e-mail is sent. The answer is a JSON line for each, while the next are still arriving.
/// </summary>
public static class ImportComments
{
    private const int LongestLine = 100_000;

    public static void Map(IEndpointRouteBuilder app)
    {
        Map(app, "jsonl", (body, _, _, ct) => Lines(body, ct));
        Map(app, "disqus", (_, export, articles, ct) => Elements(export, articles, DisqusComments.Read, ct));
        Map(app, "wordpress", (_, export, articles, ct) => Elements(export, articles, WordPressComments.Read, ct));
    }

    private delegate IAsyncEnumerable<Func<CancellationToken, Task<Arriving>>> Reader(
        Stream body, XmlExport export, KnownArticles articles, CancellationToken ct);

    private static void Map(IEndpointRouteBuilder app, string kind, Reader read) =>
        app.MapPost($"/api/import/comments/{kind}", async (HttpContext http, IDocumentStore store, Decider decider, CancellationToken ct) =>
        {
            if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
            http.Response.ContentType = "application/x-ndjson; charset=utf-8";
            var (articles, export, number) = (new KnownArticles(store), new XmlExport(http.Request.Body), 0);
            try
            {
                await foreach (var next in read(http.Request.Body, export, articles, ct))
                {
                    var result = await Take(++number, () => next(ct), store, decider, ct);
                    await Tell(http, result, ct);
                    if (result.Outcome == "failed") return;
                }
            }
            catch (XmlException e)
            {
                await Tell(http, new(number + 1, null, "rejected", $"The file is not well-formed XML from here on: {e.Message}"), ct);
            }
            if (export.Warning is { } warning) await Tell(http, new(0, null, "warning", warning), ct);
        }).Produces<ImportResult>(200, "application/x-ndjson").Requires(Roles.Moderator);

    private static async Task<ImportResult> Take(int number, Func<Task<Arriving>> read, IDocumentStore store, Decider decider, CancellationToken ct)
    {
        Guid? id = null;
        try
        {
            var arriving = await read();
            if (arriving.Comment is null) return new(number, null, "skipped", arriving.Why);
            var comment = arriving.Comment.Checked();
            id = comment.Id;
            await using var session = store.QuerySession();
            var article = await session.LoadAsync<ArticleCopy>(Streams.Article(comment.ArticleId), ct);
            var parent = comment.ParentId is { } answers ? await session.LoadAsync<CommentView>(Streams.Comment(answers), ct) : null;
            var contact = comment.Email is null ? null : new CommentContact(Streams.Comment(comment.Id), comment.Email, EmailHash.Of(comment.Email));
            var command = new ImportComment(comment);
            var decision = await decider.Decide<Comment>(
                Streams.Comment(comment.Id), Expected.Any, c => command.Decide(c, article, parent), CommentContact.Beside(contact), ct);
            return new(number, id, decision.Changed ? "created" : "unchanged");
        }
        catch (Exception e) when (e is JsonException or Malformed or Rejected or NotFound or FormatException)
        {
            return new(number, id, "rejected", e is Malformed malformed ? $"{malformed.Field}: {e.Message}" : e.Message);
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            return new(number, id, "failed", "The database does not answer. Send this and what comes after it again; what was taken is unchanged by that.");
        }
    }

    private static async Task Tell(HttpContext http, ImportResult result, CancellationToken ct)
    {
        await JsonSerializer.SerializeAsync(http.Response.Body, result, Json.Http, ct);
        await http.Response.WriteAsync("\n", ct);
        await http.Response.Body.FlushAsync(ct);
    }

    private static async IAsyncEnumerable<Func<CancellationToken, Task<Arriving>>> Lines(
        Stream body, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var lines = new StreamReader(body, Encoding.UTF8);
        while (await lines.ReadLineAsync(ct) is { } line)
            if (line.Length > 0)
                yield return _ => Task.FromResult(new Arriving(line.Length <= LongestLine
                    ? JsonSerializer.Deserialize<ExchangedComment>(line, Json.Http) : throw new Malformed("line", $"is longer than {LongestLine} characters")));
    }

    /// <summary>The comments in the elements of a file. Namespaces are ignored, because they carry the version of the format.</summary>
    private static async IAsyncEnumerable<Func<CancellationToken, Task<Arriving>>> Elements(
        XmlExport export,
        KnownArticles articles,
        Func<XElement, KnownArticles, IEnumerable<Func<CancellationToken, Task<Arriving>>>> comments,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var element in export.Elements(["item", "thread", "post"], ct))
            foreach (var comment in comments(element, articles)) yield return comment;
    }
}

/// <summary>A comment that arrives, or why it is none to be taken.</summary>
internal sealed record Arriving(ExchangedComment? Comment, string? Why = null);

/// <summary>
/// What became of the comment at that place of the file: created, unchanged, skipped, rejected or failed; and why. A <c>warning</c> is
/// about the whole file and has the line 0.
/// </summary>
public sealed record ImportResult(int Line, Guid? Id, string Outcome, string? Why = null);
