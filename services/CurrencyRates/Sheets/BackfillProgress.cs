using Marten;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>The progress of a backfill, for operators.</summary>
public static class BackfillProgress
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/rates/backfills/{id:guid}", async (Guid id, IQuerySession session, CancellationToken ct) =>
        {
            var backfill = await session.LoadAsync<Backfill>(Backfill.Stream(id), ct)
                ?? throw new NotFound("There is no backfill with this id.");
            var bank = await session.LoadAsync<BankStatus>(BankStatus.Key, ct);
            return new BackfillView(
                id,
                backfill.From,
                backfill.To,
                backfill.Through,
                backfill.Recorded,
                backfill.Open ? "running" : backfill.Through >= backfill.To ? "done" : "cancelled",
                backfill.Open ? bank?.Failing?.Reason : null);
        }).Requires(Roles.Operator, Roles.Admin);
}

/// <summary>
/// The progress of a backfill: <c>state</c> is running, done or cancelled; <c>waitsFor</c> is why it makes no progress, or absent.
/// </summary>
public sealed record BackfillView(
    Guid Id,
    DateOnly From,
    DateOnly To,
    DateOnly? Through,
    int Recorded,
    string State,
    string? WaitsFor);
