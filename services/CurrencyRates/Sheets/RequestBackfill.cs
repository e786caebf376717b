using System.ComponentModel.DataAnnotations;
using CurrencyRates.Bank;
using Platform.EventSourcing;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>Requests a backfill. Repeating the same request has no effect.</summary>
public sealed record RequestBackfill(DateOnly From, DateOnly To, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Backfill? backfill)
    {
        if (backfill is null) yield return new BackfillRequested(From, To, Now);
        else if ((backfill.From, backfill.To) != (From, To))
            throw new Rejected("This Idempotency-Key was already used for another range. Use a new key.");
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/rates/backfills", async (
            BackfillRequest request,
            IdempotencyKey key,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                var now = clock.Now();
                var tomorrow = Moscow.Date(now).AddDays(1);
                if (request.To > tomorrow) throw new Malformed("to", $"must not be after {tomorrow:yyyy-MM-dd}");
                if (request.To < request.From) throw new Malformed("to", "must not be before from");
                if (request.From.Year < 1992)
                    throw new Malformed("from", "must be 1992-01-01 or later, because the bank has no earlier rates");
                var id = key.Value ?? Guid.CreateVersion7(now);
                await decider.Decide<Backfill>(Backfill.Stream(id), new RequestBackfill(request.From, request.To, now).Decide, ct);
                return TypedResults.Accepted($"/api/rates/backfills/{id}", new { id });
            }).Requires(Roles.Operator);
}

/// <summary>The range of a backfill; both dates are included.</summary>
public sealed record BackfillRequest([property: Required] DateOnly From, [property: Required] DateOnly To);
