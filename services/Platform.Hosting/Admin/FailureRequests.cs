using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.EventSourcing;
using Platform.EventSourcing.Replays;

namespace Platform.Hosting.Admin;

/// <summary>
/// <c>GET failures</c>: groups by exception and message; <c>POST failures/{group}/retry</c> and <c>/discard</c> with a reason and the count
/// the caller has seen: 409 where it is another by now. The answer is a replay: its progress, its cancelling and its record are those of
/// any other.
/// </summary>
public static class FailureRequests
{
    internal static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/failures", async (Failures failures, HttpContext http, CancellationToken ct) =>
        {
            var groups = await failures.Groups(ct);
            return new { items = Masking.ShowsAll(http) ? groups : [.. groups.Select(Masked)] };
        }).Looks();
        admin.MapPost(
            "/failures/{group}/retry",
            (string group, FailureRequest request, IdempotencyKey key, HandleFailures handle, Requests requests, CancellationToken ct) =>
                Take(ReplayMode.Retry, group, request, key, handle, requests, ct)).Produces<ReplayItem>(202).Requires(Roles.Admin);
        admin.MapPost(
            "/failures/{group}/discard",
            (string group, FailureRequest request, IdempotencyKey key, HandleFailures handle, Requests requests, CancellationToken ct) =>
                Take(ReplayMode.Discard, group, request, key, handle, requests, ct)).Produces<ReplayItem>(202).Requires(Roles.Admin);
    }

    private static FailureGroup Masked(FailureGroup group) => group.Source.StartsWith(Failures.Projection, StringComparison.Ordinal)
        ? group // names an event and quotes none
        : group with { Sample = group.Sample with { Body = Masking.Message(group.Sample.Body) } };

    private static async Task<IResult> Take(
        ReplayMode mode,
        string group,
        FailureRequest request,
        IdempotencyKey key,
        HandleFailures handle,
        Requests requests,
        CancellationToken ct)
    {
        // Repeated under its key, a request is answered as before, though what it was about is gone by now.
        if (!await requests.Knows(key, ct)) await Check(group, request, handle, ct);
        return await requests.Take(key, HandleFailures.Prefix + group, mode, new ReplayScope(), null, request.Reason, ct);
    }

    private static async Task Check(string group, FailureRequest request, HandleFailures handle, CancellationToken ct)
    {
        var there = await handle.Find(group, ct) ?? throw new NotFound("There are no failures of this group (any more).");
        if (there.Count != request.Count)
            throw new Rejected(
                $"You saw {request.Count} failures of this group; by now there are {there.Count}. Look at them again, then send that count.");
    }
}

/// <summary>How many failures of the group the caller has seen, and why they are retried or discarded.</summary>
public sealed record FailureRequest(
    [property: Range(1, long.MaxValue)] long Count, [property: Required, Visible, StringLength(500, MinimumLength = 1)] string Reason);
