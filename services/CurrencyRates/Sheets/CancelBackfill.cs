using Platform.EventSourcing;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>Cancels a backfill. The sheets that it has already recorded remain.</summary>
public sealed record CancelBackfill(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Backfill? backfill)
    {
        if (backfill is null) throw new NotFound("There is no backfill with this id.");
        if (backfill.Open) yield return new BackfillCancelled(Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("/api/rates/backfills/{id:guid}", async (Guid id, TimeProvider clock, Decider decider, CancellationToken ct) =>
        {
            await decider.Decide<Backfill>(Backfill.Stream(id), new CancelBackfill(clock.Now()).Decide, ct);
            return TypedResults.NoContent();
        }).Requires(Roles.Operator);
}
