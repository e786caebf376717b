using Platform.EventSourcing;
using Public = Platform.Contracts.CurrencyRates;

namespace CurrencyRates;

/// <summary>What this service makes public, and nothing else.</summary>
public static class Outgoing
{
    public static readonly Translate Translate = Outbox.Each(e => e.Data switch
    {
        RatesRecorded r => new Public.RatesPublished(e.Id, e.StreamKey!, e.Version, e.Timestamp, r.EffectiveFrom, Rates(r.Rates)),
        RatesCorrected r => new Public.RatesCorrected(e.Id, e.StreamKey!, e.Version, e.Timestamp, r.EffectiveFrom, Rates(r.Rates)),
        _ => null,
    });

    private static Public.OfficialRate[] Rates(IReadOnlyList<Rate> rates) => [.. rates.Select(r => new Public.OfficialRate(r.Id, r.NumCode, r.CharCode, r.Nominal, r.Value))];
}
