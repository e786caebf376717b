using System.ComponentModel.DataAnnotations;
using Platform.EventSourcing;
using Platform.Web;

namespace Feedback.Typos;

/// <summary>
/// An editor accepts a typo report with a replacement. The articles service receives this as an event and corrects the newest version, in
/// which the location is found again.
/// </summary>
public sealed record AcceptTypo(ArticleVersions Article, string Replacement, string? Note, DateTimeOffset Now)
{
    private static readonly Dictionary<string, string> Notes = new()
    {
        ["en"] = "A typing error was corrected.",
        ["ru"] = "Исправлена опечатка.",
        ["zh"] = "更正了一处文字错误。",
    };

    public IEnumerable<object> Decide(TypoReport? report)
    {
        if (report?.First is not { } first) throw new NotFound("There is no report with this id.");
        if (report.Status == TypoStatus.Accepted)
        {
            if (report.Accepted!.Replacement == Replacement) yield break;
            throw new Rejected(
                $"The report was already accepted with the replacement \"{report.Accepted.Replacement}\". Reopen it to change that.");
        }
        if (report.Status == TypoStatus.Rejected) throw new Rejected("The report was rejected. Reopen it first.");
        if (report.Status == TypoStatus.Closed)
            throw new Rejected("The report is closed, because the reported text is no longer in the article.");
        if (Article.InNewest(report.Id, first.ArticleVersion, first.Spot) is not { } spot)
            throw new Rejected("The reported text is no longer in the article. The report will be closed automatically.");
        var context = Surroundings.Unique(Article.At(Article.Newest.ArticleVersion, spot), spot);
        if (context.Selection == Replacement) throw new Malformed("replacement", "must differ from the text that the article already has");
        yield return new TypoAccepted(
            report.ArticleId,
            Article.Newest.ArticleVersion,
            spot.Lang,
            spot.Part,
            context.Before,
            context.Selection,
            context.After,
            Replacement,
            Note ?? Notes[spot.Lang],
            Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/typos/{id:guid}/accept", async (
            Guid id,
            AcceptRequest request,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            ArticleTracker articles,
            TypoQueue queue,
            CancellationToken ct) =>
        {
            var article = await articles.Load((await queue.Load(id, ct)).ArticleId, ct);
            var note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim();
            var decision = await decider.Decide<TypoReport>(
                Streams.Typo(id), seen.Expected, new AcceptTypo(article, request.Replacement, note, clock.Now()).Decide, ct);
            return decision.Written(http, $"/api/feedback/typos/{id}");
        }).Requires(Roles.Editor);
}

/// <summary>
/// <c>replacement</c>: the corrected text, without markup; if it is empty, the reported text is deleted. <c>note</c>: the note about the
/// correction for readers; a general one if absent.
/// </summary>
public sealed record AcceptRequest(
    [property: Visible, StringLength(1000)] string Replacement, [property: Visible, StringLength(500)] string? Note = null);
