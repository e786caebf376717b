using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Web;

namespace Platform.Replays.Admin;

/// <summary>
/// <c>GET failures</c>: failed messages, grouped by exception and message type; <c>POST failures/{group}/retry</c> and <c>/discard</c> with
/// a reason and the number of failures that the caller has seen, 409 if the number has changed. The response is a replay, which reports
/// progress and can be cancelled like any other.
/// </summary>
public static class FailureRequests
{
    internal static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/failures", async (Failures failures, HttpContext http, CancellationToken ct) =>
        {
            var groups = await failures.Groups(ct);
            return new { items = Masking.ShowsAll(http) ? groups : [.. groups.Select(Masked)] };
        }).RequiresViewer();
        admin.MapPost(
            "/failures/{group}/retry",
            (
                string group,
                FailureRequest request,
                IdempotencyKey key,
                HandleFailures handle,
                ReplayRequests requests,
                CancellationToken ct) =>
                Accept(ReplayMode.Retry, group, request, key, handle, requests, ct)).Produces<ReplayItem>(202).Requires(Roles.Admin);
        admin.MapPost(
            "/failures/{group}/discard",
            (
                string group,
                FailureRequest request,
                IdempotencyKey key,
                HandleFailures handle,
                ReplayRequests requests,
                CancellationToken ct) =>
                Accept(ReplayMode.Discard, group, request, key, handle, requests, ct)).Produces<ReplayItem>(202).Requires(Roles.Admin);
    }

    private static FailureGroup Masked(FailureGroup group) => group.Source.StartsWith(Failures.Projection, StringComparison.Ordinal)
        ? group // contains the id of an event, not its data
        : group with { Sample = group.Sample with { Body = Masking.Message(group.Sample.Body) } };

    private static async Task<IResult> Accept(
        ReplayMode mode,
        string group,
        FailureRequest request,
        IdempotencyKey key,
        HandleFailures handle,
        ReplayRequests requests,
        CancellationToken ct)
    {
        // A request that is repeated with its key gets the same response, even though the failures are gone by then.
        if (!await requests.HasReceived(key, ct)) await Check(group, request, handle, ct);
        return await requests.Accept(key, HandleFailures.Prefix + group, mode, new ReplayScope(), null, request.Reason, ct);
    }

    private static async Task Check(string group, FailureRequest request, HandleFailures handle, CancellationToken ct)
    {
        var current = await handle.Find(group, ct) ?? throw new NotFound("This group contains no failures, or no longer contains any.");
        if (current.Count != request.Count)
            throw new Rejected(
                $"The request names {request.Count} failures, but there are {current.Count} in this group now. "
                + "Review the group, then send the current count.");
    }
}

/// <summary>The number of failures in the group that the caller has seen, and why they are retried or discarded.</summary>
public sealed record FailureRequest(
    [property: Range(1, long.MaxValue)] long Count, [property: Required, Visible, StringLength(500, MinimumLength = 1)] string Reason);
