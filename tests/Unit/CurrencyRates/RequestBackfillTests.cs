using CurrencyRates.Sheets;
using Kit;
using Xunit;

namespace Unit.CurrencyRates;

public class RequestBackfillTests
{
    private static readonly BackfillRequested Requested = new(new(2026, 1, 1), new(2026, 1, 31), Some.Noon);

    [Fact]
    public void A_backfill_is_requested() => Requesting(Requested.From, Requested.To).Then(Requested);

    [Fact]
    public void Requesting_the_same_range_again_changes_nothing() => Requesting(Requested.From, Requested.To, Requested).ThenNothing();

    [Fact]
    public void Another_range_with_the_same_key_is_rejected() =>
        Requesting(Requested.From, Requested.To.AddDays(1), Requested).ThenRejected("Idempotency-Key");

    private static Spec<Backfill> Requesting(DateOnly from, DateOnly to, params object[] given) =>
        Spec<Backfill>.Given(given).When(new RequestBackfill(from, to, Some.Noon).Decide);
}
