using CurrencyRates;
using CurrencyRates.Sheets;
using Kit;
using Xunit;
using Public = Platform.Contracts.CurrencyRates;

namespace Unit.CurrencyRates;

public class OutgoingTests
{
    private static readonly DateOnly Day = new(2026, 1, 10);
    private static readonly Rate[] Rates = [new("R01375", "156", "CNY", 1, 11.0951m)];

    [Fact]
    public async Task Recorded_and_corrected_rates_are_published_as_whole_sheets()
    {
        var sent = await Outgoing.Translate(
            Streamed.In(
                RateSheet.Stream(Day), new RatesRecorded(Day, "bank", Rates), new RatesCorrected(Day, "bank", Rates), "something new"),
            null!,
            TestContext.Current.CancellationToken);
        Assert.Equal(2, sent.Count);
        Assert.Equal(
            new Public.OfficialRate("R01375", "156", "CNY", 1, 11.0951m), Assert.IsType<Public.RatesPublished>(sent[0].Message).Rates[0]);
        Assert.Equal(
            (2, Day),
            Assert.IsType<Public.RatesCorrected>(sent[1].Message) is var corrected
                ? (corrected.StreamVersion, corrected.EffectiveFrom)
                : default);
        Assert.All(sent, s => Assert.Equal("rates-2026-01-10", s.Stream));
    }
}
