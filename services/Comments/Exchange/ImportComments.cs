using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Comments.Posting;
using Comments.Threads;
using Marten;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>
/// <c>POST /api/import/comments/jsonl</c>, <c>/disqus</c>, <c>/wordpress</c>: imports comments from an export of this service, of Disqus
/// (XML) or of WordPress (WXR). A file can be sent repeatedly: comments keep their ids. No e-mails are sent. The response is streamed and
/// contains a JSON line for each comment.
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

    private delegate IAsyncEnumerable<Func<CancellationToken, Task<ImportItem>>> Reader(
        Stream body, XmlExport export, KnownArticles articles, CancellationToken ct);

    private static void Map(IEndpointRouteBuilder app, string kind, Reader read) =>
        app.MapPost($"/api/import/comments/{kind}", async (
            HttpContext http,
            IDocumentStore store,
            Decider decider,
            ILogger<ImportResult> log,
            CancellationToken ct) =>
        {
            if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = null;
            http.Response.ContentType = "application/x-ndjson; charset=utf-8";
            http.Response.TagWithKeys(SurrogateKey.Everything);
            var (articles, export, pending, number) = (new KnownArticles(store), new XmlExport(http.Request.Body), new PendingReplies(), 0);
            try
            {
                await foreach (var next in read(http.Request.Body, export, articles, ct))
                    if (!await Import(++number, () => next(ct), pending)) return;
            }
            catch (XmlException e)
            {
                var why = $"The file is not well-formed XML from here on: {e.Message}";
                await WriteResult(http, new(number + 1, null, "rejected", why), ct);
            }
            foreach (var (line, comment) in pending.ParentsFirst())
                if (!await Import(line, () => Task.FromResult(new ImportItem(comment)), null)) return;
            if (export.Warning is { } warning) await WriteResult(http, new(0, null, "warning", warning), ct);

            // Returns false if the rest of the file cannot be imported either.
            async Task<bool> Import(int line, Func<Task<ImportItem>> comment, PendingReplies? mayWait)
            {
                if (await ImportOne(line, comment, mayWait, store, decider, log, ct) is not { } result) return true;
                await WriteResult(http, result, ct);
                return result.Outcome != "failed";
            }
        }).Produces<ImportResult>(200, "application/x-ndjson").Requires(Roles.Moderator);

    /// <summary>Imports one comment; null if it waits for the comment that it replies to.</summary>
    private static async Task<ImportResult?> ImportOne(
        int number,
        Func<Task<ImportItem>> read,
        PendingReplies? pending,
        IDocumentStore store,
        Decider decider,
        ILogger log,
        CancellationToken ct)
    {
        Guid? id = null;
        try
        {
            var item = await read();
            if (item.Comment is null) return new(number, null, "skipped", item.SkipReason);
            var comment = item.Comment.Validated();
            id = comment.Id;
            await using var session = store.QuerySession();
            var article = await session.LoadAsync<ArticleCopy>(Streams.Article(comment.ArticleId), ct);
            var parent = comment.ParentId is { } parentId ? await session.LoadAsync<CommentView>(Streams.Comment(parentId), ct) : null;
            if (article is not null && comment.ParentId is not null && parent is null && pending?.Add(number, comment) == true) return null;
            var contact = comment.Email is null
                ? null
                : new CommentContact(Streams.Comment(comment.Id), comment.Email, EmailHash.Of(comment.Email));
            var command = new ImportComment(comment);
            var decision = await decider.Decide<Comment>(
                Streams.Comment(comment.Id),
                Expected.Any,
                c => command.Decide(c, article, parent),
                contact is null ? [] : [contact],
                ct);
            return new(number, id, decision.Changed ? "created" : "unchanged");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var result = ToResult(number, id, e);
            if (result.Why == Unexpected) NotImported(log, number, e);
            return result;
        }
    }

    private const string Unexpected = "An internal error occurred, and the comment was not imported. See the log of the service.";

    /// <summary>
    /// The result for a comment that could not be imported. The import continues with the next comment unless the store is unavailable,
    /// because then all others would fail too.
    /// </summary>
    internal static ImportResult ToResult(int number, Guid? id, Exception exception) => exception switch
    {
        JsonException or FormatException => new(number, id, "rejected", exception.Message),
        _ when StoreProblems.ToProblem(exception) is { } problem => problem.Status < 500
            ? new(number, id, "rejected", problem.Detail)
            : new(number, id, "failed", "The database does not answer. Send the file again; imported comments are not changed."),
        _ => new(number, id, "rejected", Unexpected),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not import comment {Number} of the file.")]
    private static partial void NotImported(ILogger log, int number, Exception exception);

    private static async Task WriteResult(HttpContext http, ImportResult result, CancellationToken ct)
    {
        await JsonSerializer.SerializeAsync(http.Response.Body, result, Json.Http, ct);
        await http.Response.WriteAsync("\n", ct);
        await http.Response.Body.FlushAsync(ct);
    }

    private static async IAsyncEnumerable<Func<CancellationToken, Task<ImportItem>>> Lines(
        Stream body, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var lines = new StreamReader(body, Encoding.UTF8);
        while (await lines.ReadLineAsync(ct) is { } line)
            if (line.Length > 0)
                yield return _ => Task.FromResult(new ImportItem(Line(line)));
    }

    private static ExchangedComment Line(string line) => line.Length > LongestLine
        ? throw new Malformed("line", $"must have at most {LongestLine} characters")
        : JsonSerializer.Deserialize<ExchangedComment>(line, Json.Http) ?? throw new Malformed("line", "must be a JSON object");

    /// <summary>
    /// The comments in the elements of an XML file. Namespaces are ignored, because they contain the version of the format.
    /// </summary>
    private static async IAsyncEnumerable<Func<CancellationToken, Task<ImportItem>>> Elements(
        XmlExport export,
        KnownArticles articles,
        Func<XElement, KnownArticles, IEnumerable<Func<CancellationToken, Task<ImportItem>>>> comments,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var element in export.Elements(["item", "thread", "post"], ct))
            foreach (var comment in comments(element, articles)) yield return comment;
    }
}

/// <summary>A comment of the file, or the reason why it is skipped.</summary>
internal sealed record ImportItem(ExchangedComment? Comment, string? SkipReason = null);

/// <summary>Replies that stand before their parent in the file. They are imported at the end of the file.</summary>
internal sealed class PendingReplies
{
    /// <summary>The maximum number of pending replies. The others are imported if the file is sent again.</summary>
    public const int MaxCount = 5_000;

    private readonly List<(int Line, ExchangedComment Comment)> _pending = [];

    /// <summary>Returns false if the comment is its own parent, so that there is nothing to wait for.</summary>
    public bool Add(int line, ExchangedComment comment)
    {
        if (comment.ParentId == comment.Id) return false;
        if (_pending.Count >= MaxCount)
            throw new Rejected(
                "The comment replies to a comment later in the file, and too many such replies are pending. Send the file again.");
        _pending.Add((line, comment));
        return true;
    }

    /// <summary>All pending replies, each after its parent if that is pending too. Replies that form a circle come last.</summary>
    public IEnumerable<(int Line, ExchangedComment Comment)> ParentsFirst()
    {
        var left = _pending.ToList();
        while (left.Count > 0)
        {
            var ids = left.Select(w => w.Comment.Id).ToHashSet();
            var next = left.Where(w => !ids.Contains(w.Comment.ParentId!.Value)).ToArray();
            if (next.Length == 0) next = [.. left];
            foreach (var reply in next) yield return reply;
            var done = next.ToHashSet();
            left.RemoveAll(done.Contains);
        }
    }
}

/// <summary>
/// The outcome for the comment at this position of the file: created, unchanged, skipped, rejected or failed, with the reason. A
/// <c>warning</c> applies to the whole file and has the line 0.
/// </summary>
public sealed record ImportResult(int Line, Guid? Id, string Outcome, string? Why = null);
