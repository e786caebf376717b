using System.Net;
using Feedback.Typos;
using Kit;
using Platform.Contracts.Articles;
using Platform.Contracts.Feedback;

namespace Integration.Feedback;

/// <summary>Publishes articles like the articles service, reports typos as a reader and triages them as an editor.</summary>
internal sealed class TypoWorkflow(
    HttpClient reader,
    HttpClient editor,
    Bus bus,
    Func<object, Task> deliver,
    Func<HttpClient, Task<string?>> proof) : IDisposable
{
    public TypoWorkflow(FeedbackService service)
        : this(
            service.Client(),
            service.Client("editor"),
            service.Bus,
            m => service.PublishAndWait(m),
            _ => Task.FromResult<string?>(null))
    { }

    public HttpClient Reader => reader;
    public HttpClient Editor => editor;

    public static Dictionary<string, ArticleText> English(string body, string title = "Title") =>
        new() { ["en"] = new(title, "Lead", "slug", body) };

    public static ArticleRevised Revised(
        Guid article,
        long version,
        string body,
        Guid? typo = null,
        DateTimeOffset? at = null) =>
        new(
            Some.Id(), $"article-{article}", version, at ?? Some.Noon.AddMinutes(version), article, "news", [], Some.Noon, English(body),
            typo);

    /// <summary>Publishes a new article at version 2.</summary>
    public async Task<Guid> PublishArticle(string body, string section = "news", Dictionary<string, ArticleText>? texts = null)
    {
        var article = Some.Id();
        await deliver(
            new ArticlePublished(Some.Id(), $"article-{article}", 2, Some.Noon, article, section, [], Some.Noon, texts ?? English(body)));
        return article;
    }

    public async Task<Kit.Answer> Send(
        Guid article,
        string selection,
        string before = "",
        string after = "",
        long? articleVersion = null,
        string? comment = null,
        string? email = null,
        string? key = null) =>
        await Reader.Send(
            "POST /api/feedback/typos",
            new { articleId = article, selection, before, after, articleVersion, comment, email, proof = await proof(Reader) },
            key: key);

    public async Task<Guid> Report(
        Guid article,
        string selection,
        string before = "",
        string after = "",
        string? comment = null,
        string? email = null) =>
        (await Send(article, selection, before, after, comment: comment, email: email)).Is(
            HttpStatusCode.Accepted).As<TypoReceipt>().Ticket;

    public Task<TypoItem> Item(Guid report) => Editor.Get<TypoItem>($"/api/feedback/typos/{report}");

    public async Task<TypoReportAccepted> Accept(Guid report, string replacement, string ifMatch = "*")
    {
        (await Editor.Send($"POST /api/feedback/typos/{report}/accept", new { replacement }, ifMatch: ifMatch))
            .Is(HttpStatusCode.NoContent);
        var version = (await Item(report)).Version;
        return await bus.WaitFor<TypoReportAccepted>(
            e => e.ReportId == report && e.StreamVersion == version, "the acceptance is published");
    }

    public void Dispose()
    {
        Reader.Dispose();
        Editor.Dispose();
    }
}
