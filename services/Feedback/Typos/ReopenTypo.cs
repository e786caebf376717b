using Platform.EventSourcing;
using Platform.Hosting;

namespace Feedback;

/// <summary>
/// An editor looks again at what was rejected, or at what was accepted and never came to its article. If it does come there after all, the
/// article's own event closes the report.
/// </summary>
public sealed record ReopenTypo(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(TypoReport? report)
    {
        if (report is null) throw new NotFound("There is no report with this id.");
        if (report.Status == TypoStatus.Open) yield break;
        if (report.Status == TypoStatus.Closed) throw new Rejected("It cannot be reopened: it is closed.");
        yield return new TypoReopened(Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/typos/{id:guid}/reopen", async (
            Guid id,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            Follower follower,
            CancellationToken ct) =>
            {
                var decision = await decider.Decide<TypoReport>(Streams.Typo(id), seen.Expected, new ReopenTypo(clock.Now()).Decide, ct);
                // Its words may have gone while it was rejected.
                await follower.Check(id, clock.Now(), ct);
                return decision.Written(http, $"/api/feedback/typos/{id}");
            }).Requires(Roles.Editor);
}
