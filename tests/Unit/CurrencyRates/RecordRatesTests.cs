using CurrencyRates.Sheets;
using Kit;
using Xunit;

namespace Unit.CurrencyRates;

public class RecordRatesTests
{
    private static readonly DateOnly Day = new(2026, 1, 10);
    private static readonly Rate[] Rates = [new("R01375", "156", "CNY", 1, 11.0951m), new("R01335", "398", "KZT", 100, 15.1234m)];
    private static readonly Rate[] Corrected = [Rates[0] with { Value = 11.0952m }, Rates[1]];

    [Fact]
    public void The_rates_of_a_day_are_recorded() =>
        Spec<RateSheet>.Given().When(new RecordRates(Day, "bank", Rates).Decide).Then(new RatesRecorded(Day, "bank", Rates));

    [Fact]
    public void Different_rates_for_a_recorded_day_correct_the_whole_sheet() =>
        Spec<RateSheet>.Given(new RatesRecorded(Day, "bank", Rates))
            .When(new RecordRates(Day, "by hand", Corrected).Decide)
            .Then(new RatesCorrected(Day, "by hand", Corrected));

    [Fact]
    public void A_removed_currency_is_a_correction() =>
        Spec<RateSheet>.Given(new RatesRecorded(Day, "bank", Rates))
            .When(new RecordRates(Day, "bank", [Rates[0]]).Decide)
            .Then(new RatesCorrected(Day, "bank", [Rates[0]]));

    [Fact]
    public void Recording_equal_rates_again_changes_nothing() =>
        Spec<RateSheet>.Given(new RatesRecorded(Day, "bank", Rates), new RatesCorrected(Day, "by hand", Corrected))
            .When(new RecordRates(Day, "bank", [.. Corrected]).Decide)
            .ThenNothing();

    [Fact]
    public void A_sheet_contains_the_latest_correction()
    {
        var sheet = new RateSheet()
            .Evolve(new RatesRecorded(Day, "bank", Rates))
            .Evolve(new RatesCorrected(Day, "by hand", Corrected))
            .Evolve("something new");
        Assert.Equal((Day, "by hand", Corrected[0]), (sheet.EffectiveFrom, sheet.Source, sheet.Rates[0]));
    }

    [Fact]
    public void The_order_of_rates_in_a_sheet_does_not_matter()
    {
        Rate one = new("R1", "840", "USD", 1, 75.5m), two = new("R2", "978", "EUR", 1, 88.2m);
        var day = new DateOnly(2026, 4, 25);
        Spec<RateSheet>.Given(new RatesRecorded(day, "a", [one, two]))
            .When(new RecordRates(day, "b", [two, one with { Value = 75.50m }]).Decide)
            .ThenNothing();
        Spec<RateSheet>.Given(new RatesRecorded(day, "a", [one, two]))
            .When(new RecordRates(day, "b", [two]).Decide)
            .Then(new RatesCorrected(day, "b", [two]));
    }
}
