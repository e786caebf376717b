using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Comments.Posting;
using Comments.Threads;
using Marten;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>Imports the comments of one file, each after the comment that it replies to.</summary>
internal sealed class CommentImporter(Import import, Stream file, IDocumentStore store, Decider decider)
{
    /// <summary>Enough for 100,000 characters.</summary>
    private const int MaxLineLength = 400_000;

    private readonly KnownArticles _articles = new(store);
    private readonly PendingReplies _pending = new();

    public async Task ImportLines(CancellationToken ct)
    {
        await foreach (var (line, read) in import.Lines<ExchangedComment>(MaxLineLength, ct))
            if (!await import.Add(line, item => ImportOne(item, read(), mayWait: true, ct), ct)) return;
        await ImportPending(ct);
    }

    /// <summary>
    /// Imports the comments in the elements of an XML file. Namespaces are ignored, because they contain the version of the format.
    /// </summary>
    public async Task ImportXml(
        Func<XElement, KnownArticles, IEnumerable<Func<CancellationToken, Task<FoundComment>>>> comments, CancellationToken ct)
    {
        var export = new XmlExport(file);
        if (await import.AddXml(Found(export, comments, ct), (found, item) => ImportFound(item, found, ct), ct) && await ImportPending(ct))
            await import.Warn(export.Warning, ct);
    }

    private async Task<bool> ImportPending(CancellationToken ct)
    {
        foreach (var (line, comment) in _pending.ParentsFirst())
            if (!await import.Add(line, item => ImportOne(item, comment, mayWait: false, ct), ct)) return false;
        return true;
    }

    private async IAsyncEnumerable<Func<CancellationToken, Task<FoundComment>>> Found(
        XmlExport export,
        Func<XElement, KnownArticles, IEnumerable<Func<CancellationToken, Task<FoundComment>>>> comments,
        [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var element in export.Elements(["item", "thread", "post"], ct))
            foreach (var comment in comments(element, _articles)) yield return comment;
    }

    private async Task<ImportResult?> ImportFound(
        ImportItem item, Func<CancellationToken, Task<FoundComment>> read, CancellationToken ct)
    {
        var found = await read(ct);
        return found.Comment is null ? item.Skipped(found.SkipReason) : await ImportOne(item, found.Comment, mayWait: true, ct);
    }

    /// <summary>Imports one comment; null if it waits for the comment that it replies to.</summary>
    private async Task<ImportResult?> ImportOne(ImportItem item, ExchangedComment imported, bool mayWait, CancellationToken ct)
    {
        var comment = imported.Validated();
        item.Id = comment.Id;
        await using var session = store.QuerySession();
        var article = await session.LoadAsync<ArticleCopy>(Streams.Article(comment.ArticleId), ct);
        var parent = comment.ParentId is { } parentId ? await session.LoadAsync<CommentView>(Streams.Comment(parentId), ct) : null;
        var isEarly = article is not null && comment.ParentId is not null && parent is null;
        if (isEarly && mayWait && _pending.Add(item.Line, comment)) return null;
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
        return item.Stored(decision.Changed);
    }
}

/// <summary>A comment of the file, or the reason why it is skipped.</summary>
internal sealed record FoundComment(ExchangedComment? Comment, string? SkipReason = null);
