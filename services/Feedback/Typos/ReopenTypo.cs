using Platform.EventSourcing;
using Platform.Web;


namespace Feedback.Typos;

/// <summary>
/// An editor reopens a report that was rejected, or that was accepted but not corrected. If the article is corrected after all, the
/// article's event closes the report.
/// </summary>
public sealed record ReopenTypo(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(TypoReport? report)
    {
        if (report is null) throw new NotFound("There is no report with this id.");
        if (report.Status == TypoStatus.Open) yield break;
        if (report.Status == TypoStatus.Closed) throw new Rejected("The report is closed and cannot be reopened.");
        yield return new TypoReopened(Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/typos/{id:guid}/reopen", async (
            Guid id,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            ArticleTracker articles,
            CancellationToken ct) =>
            {
                var decision = await decider.Decide<TypoReport>(Streams.Typo(id), seen.Expected, new ReopenTypo(clock.Now()).Decide, ct);
                // The reported text may have been removed while the report was rejected.
                await articles.CloseIfSettled(id, clock.Now(), ct);
                return decision.Written(http, $"/api/feedback/typos/{id}");
            }).Requires(Roles.Editor);
}
