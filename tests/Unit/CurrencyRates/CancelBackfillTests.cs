using CurrencyRates.Sheets;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.CurrencyRates;

public class CancelBackfillTests
{
    private static readonly BackfillRequested Requested = new(new(2026, 1, 1), new(2026, 1, 31), Some.Noon);

    [Fact]
    public void A_running_backfill_can_be_cancelled() =>
        Cancelling(Requested, new BackfillAdvanced(new(2026, 1, 30), 20)).Then(new BackfillCancelled(Some.Noon));

    [Fact]
    public void Cancelling_a_finished_backfill_changes_nothing() =>
        Cancelling(Requested, new BackfillAdvanced(Requested.To, 20)).ThenNothing();

    [Fact]
    public void A_backfill_that_does_not_exist_cannot_be_cancelled() => Cancelling().ThenThrows<NotFound>("no backfill");

    private static Spec<Backfill> Cancelling(params object[] given) =>
        Spec<Backfill>.Given(given).When(new CancelBackfill(Some.Noon).Decide);
}
