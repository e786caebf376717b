using CurrencyRates.Sheets;
using Platform.EventSourcing;

using Public = Platform.Contracts.CurrencyRates;

namespace CurrencyRates;

/// <summary>Translates stored events into the public events of this service.</summary>
public static class Outgoing
{
    /// <summary>The event that follows after a restore, when all public events were published again.</summary>
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
