using Platform.EventSourcing;
using Public = Platform.Contracts.CurrencyRates;

namespace CurrencyRates;

/// <summary>What this service makes public, and nothing else.</summary>
public static class Outgoing
{
    /// <summary>After a restore: all of it was published again.</summary>
    public static readonly Retold Retold = (epoch, at) => new Public.RatesRetold(epoch, at);

    public static readonly Translate Translate = Outbox.Each(e => e.Data switch
    {
        RatesRecorded r => new Public.RatesPublished(e.Id, e.StreamKey!, e.Version, e.Timestamp, r.EffectiveFrom, Rates(r.Rates)),
        RatesCorrected r => new Public.RatesCorrected(e.Id, e.StreamKey!, e.Version, e.Timestamp, r.EffectiveFrom, Rates(r.Rates)),
        _ => null,
    });

    private static Public.OfficialRate[] Rates(IReadOnlyList<Rate> rates) =>
    [
        .. rates.Select(r => new Public.OfficialRate(r.Id, r.NumCode, r.CharCode, r.Nominal, r.Value)),
    ];
}
