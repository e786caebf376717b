using System.ComponentModel.DataAnnotations;
using Platform.EventSourcing;
using Platform.Web;

namespace Feedback.Typos;

/// <summary>An editor rejects a typo report with a reason.</summary>
public sealed record RejectTypo(string Reason, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(TypoReport? report)
    {
        if (report is null) throw new NotFound("There is no report with this id.");
        if (report.Status == TypoStatus.Rejected && report.Reason == Reason) yield break;
        if (report.Status != TypoStatus.Open)
            throw new Rejected($"The report cannot be rejected, because it is already {report.Status.ToString().ToLowerInvariant()}.");
        yield return new TypoRejected(Reason, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/feedback/typos/{id:guid}/reject", async (
            Guid id,
            RejectRequest request,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                if (string.IsNullOrWhiteSpace(request.Reason)) throw new Malformed("reason", "must not be blank");
                var decision = await decider.Decide<TypoReport>(
                    Streams.Typo(id), seen.Expected, new RejectTypo(request.Reason.Trim(), clock.Now()).Decide, ct);
                return decision.Written(http, $"/api/feedback/typos/{id}");
            }).Requires(Roles.Editor);
}

/// <summary>The reason why a typo report is rejected.</summary>
public sealed record RejectRequest([property: Required, Visible, StringLength(500, MinimumLength = 1)] string Reason);
