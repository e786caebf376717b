using System.ComponentModel.DataAnnotations;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Feedback;

/// <summary>
/// An editor has the words replaced: the articles service is told by event, and does it in the newest version, where the place is found
/// again.
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
            throw new Rejected($"It was accepted already, with another replacement: \"{report.Accepted.Replacement}\".");
        }
        if (report.Status == TypoStatus.Rejected) throw new Rejected("It was rejected. Reopen it first.");
        if (report.Status == TypoStatus.Closed) throw new Rejected("It is closed: its words are not in the article any more.");
        if (Article.InNewest(report.Id, first.ArticleVersion, first.Spot) is not { } spot)
            throw new Rejected("Its words are not in the article any more. It closes itself.");
        var around = Surroundings.Unique(Article.At(Article.Newest.ArticleVersion, spot), spot);
        if (around.Selection == Replacement) throw new Malformed("replacement", "is what the article says already");
        yield return new TypoAccepted(
            report.ArticleId, Article.Newest.ArticleVersion, spot.Lang, spot.Part, around.Before, around.Selection, around.After,
            Replacement, Note ?? Notes[spot.Lang], Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/typos/{id:guid}/accept", async (
            Guid id, AcceptRequest request, IfMatch seen, HttpContext http, TimeProvider clock, Decider decider, Follower follower,
            TypoQueue queue, CancellationToken ct) =>
        {
            var article = await follower.Article((await queue.Load(id, ct)).ArticleId, ct);
            var note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim();
            var decision = await decider.Decide<TypoReport>(
                Streams.Typo(id), seen.Expected, new AcceptTypo(article, request.Replacement, note, clock.Now()).Decide, ct);
            return decision.Written(http, $"/api/feedback/typos/{id}");
        }).Requires(Roles.Editor);
}

/// <summary>
/// <c>replacement</c>: the words to put there, without markup; empty takes them out. <c>note</c>: what readers are told; a general one
/// where absent.
/// </summary>
public sealed record AcceptRequest(
    [property: Visible, StringLength(1000)] string Replacement, [property: Visible, StringLength(500)] string? Note = null);
