using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// <c>POST /api/import/comments/jsonl</c>, <c>/disqus</c>, <c>/wordpress</c>: comments out of our own export, of Disqus (XML) or of
/// WordPress (WXR). Each keeps its id however often it is sent; no e-mail is sent. The answer is a JSON line for each, while the next are
/// still arriving.
/// </summary>
public static partial class ImportComments
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
        app.MapPost($"/api/import/comments/{kind}", async (
            HttpContext http, IDocumentStore store, Decider decider, ILogger<ImportResult> log, CancellationToken ct) =>
        {
            if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = null;
            http.Response.ContentType = "application/x-ndjson; charset=utf-8";
            http.Response.Name(SurrogateKeys.Everything);
            var (articles, export, waiting, number) = (new KnownArticles(store), new XmlExport(http.Request.Body), new WaitingAnswers(), 0);
            try
            {
                await foreach (var next in read(http.Request.Body, export, articles, ct))
                    if (!await Import(++number, () => next(ct), waiting)) return;
            }
            catch (XmlException e)
            {
                await Tell(http, new(number + 1, null, "rejected", $"The file is not well-formed XML from here on: {e.Message}"), ct);
            }
            foreach (var (line, comment) in waiting.ParentsFirst())
                if (!await Import(line, () => Task.FromResult(new Arriving(comment)), null)) return;
            if (export.Warning is { } warning) await Tell(http, new(0, null, "warning", warning), ct);

            // False if the rest of the file cannot be imported either.
            async Task<bool> Import(int line, Func<Task<Arriving>> comment, WaitingAnswers? mayWait)
            {
                if (await Take(line, comment, mayWait, store, decider, log, ct) is not { } result) return true;
                await Tell(http, result, ct);
                return result.Outcome != "failed";
            }
        }).Produces<ImportResult>(200, "application/x-ndjson").Requires(Roles.Moderator);

    /// <summary>Imports one comment; null if it waits for the comment that it answers.</summary>
    private static async Task<ImportResult?> Take(
        int number,
        Func<Task<Arriving>> read,
        WaitingAnswers? waiting,
        IDocumentStore store,
        Decider decider,
        ILogger log,
        CancellationToken ct)
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
            if (article is not null && comment.ParentId is not null && parent is null && waiting?.Add(number, comment) == true) return null;
            var contact = comment.Email is null
                ? null
                : new CommentContact(Streams.Comment(comment.Id), comment.Email, EmailHash.Of(comment.Email));
            var command = new ImportComment(comment);
            var decision = await decider.Decide<Comment>(
                Streams.Comment(comment.Id), Expected.Any, c => command.Decide(c, article, parent), CommentContact.Beside(contact), ct);
            return new(number, id, decision.Changed ? "created" : "unchanged");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var result = Refusal(number, id, e);
            if (result.Why == Unexpected) NotImported(log, number, e);
            return result;
        }
    }

    private const string Unexpected = "An internal error occurred. The comment was not imported; the log of the service names the cause.";

    /// <summary>No error of one comment ends an import. A store that is unavailable does: every other comment would fail too.</summary>
    internal static ImportResult Refusal(int number, Guid? id, Exception exception) => exception switch
    {
        JsonException or FormatException => new(number, id, "rejected", exception.Message),
        _ when Problems.ToProblem(exception) is { } problem => problem.Status < 500
            ? new(number, id, "rejected", problem.Detail)
            : new(number, id, "failed", "The database does not answer. Send the file again; what was imported stays as it is."),
        _ => new(number, id, "rejected", Unexpected),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Comment {Number} of an import could not be imported.")]
    private static partial void NotImported(ILogger log, int number, Exception exception);

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
                yield return _ => Task.FromResult(new Arriving(Line(line)));
    }

    private static ExchangedComment Line(string line) => line.Length > LongestLine
        ? throw new Malformed("line", $"is longer than {LongestLine} characters")
        : JsonSerializer.Deserialize<ExchangedComment>(line, Json.Http) ?? throw new Malformed("line", "must be a JSON object");

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

/// <summary>Answers that came before the comment they answer. They wait for the end of the file.</summary>
internal sealed class WaitingAnswers
{
    /// <summary>So many wait at most; the others are imported when the file is sent again.</summary>
    public const int Most = 5_000;

    private readonly List<(int Line, ExchangedComment Comment)> _waiting = [];

    /// <summary>False where the comment is its own parent and will never wait for another.</summary>
    public bool Add(int line, ExchangedComment comment)
    {
        if (comment.ParentId == comment.Id) return false;
        if (_waiting.Count >= Most)
            throw new Rejected("It answers a comment that comes later in the file, and too many such answers wait. Send the file again.");
        _waiting.Add((line, comment));
        return true;
    }

    /// <summary>All of them, each after the one it answers if that waits too; those that answer each other in a circle come last.</summary>
    public IEnumerable<(int Line, ExchangedComment Comment)> ParentsFirst()
    {
        var left = _waiting.ToList();
        while (left.Count > 0)
        {
            var ids = left.Select(w => w.Comment.Id).ToHashSet();
            var next = left.Where(w => !ids.Contains(w.Comment.ParentId!.Value)).ToArray();
            if (next.Length == 0) next = [.. left];
            foreach (var waiting in next) yield return waiting;
            var done = next.ToHashSet();
            left.RemoveAll(done.Contains);
        }
    }
}

/// <summary>
/// What became of the comment at that place of the file: created, unchanged, skipped, rejected or failed; and why. A <c>warning</c> is
/// about the whole file and has the line 0.
/// </summary>
public sealed record ImportResult(int Line, Guid? Id, string Outcome, string? Why = null);
