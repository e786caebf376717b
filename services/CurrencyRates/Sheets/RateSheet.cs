using Marten;
using Platform.EventSourcing;

namespace CurrencyRates.Sheets;

/// <summary>
/// One rate as published: <paramref name="Value"/> roubles for <paramref name="Nominal"/> units. <paramref name="Id"/> is the bank's
/// currency id, which is stable; names and codes may change.
/// </summary>
public sealed record Rate(
    string Id,
    string NumCode,
    string CharCode,
    int Nominal,
    decimal Value) : Stored
{
    /// <summary>Roubles for one unit. Nominals change over time, so only this value is comparable.</summary>
    public decimal PerUnit() => Exact.Trim(Value / Nominal);
}

/// <summary>The official rates that take effect on a date were recorded.</summary>
public sealed record RatesRecorded(DateOnly EffectiveFrom, string Source, IReadOnlyList<Rate> Rates, DateTimeOffset? RecordedAt = null);
/// <summary>The rates were corrected: contains the whole corrected sheet. The previous rates stay in the stream.</summary>
public sealed record RatesCorrected(DateOnly EffectiveFrom, string Source, IReadOnlyList<Rate> Rates, DateTimeOffset? RecordedAt = null);

/// <summary>The sheet of one effective date: state and read model in one.</summary>
public sealed record RateSheet : Stored, IState<RateSheet>
{
    public string Id { get; init; } = "";
    public long Version { get; init; }
    public DateOnly EffectiveFrom { get; init; }
    public string Source { get; init; } = "";
    public IReadOnlyList<Rate> Rates { get; init; } = [];
    /// <summary>When readers first saw this sheet; null for sheets stored before this property existed.</summary>
    public DateTimeOffset? FirstSeenAt { get; init; }

    public static string Stream(DateOnly effectiveFrom) => $"rates-{effectiveFrom:yyyy-MM-dd}";

    public static void Configure(StoreOptions store) => store.Schema.For<RateSheet>().Duplicate(s => s.EffectiveFrom, notNull: true);

    public RateSheet Evolve(object @event) => @event switch
    {
        RatesRecorded e => this with { EffectiveFrom = e.EffectiveFrom, Source = e.Source, Rates = e.Rates, FirstSeenAt = e.RecordedAt },
        RatesCorrected e => this with { Source = e.Source, Rates = e.Rates },
        _ => this,
    };

    /// <summary>The rate of a currency by its code; null if the sheet does not contain it.</summary>
    public Rate? Of(string code) => Rates.FirstOrDefault(r => r.CharCode == code);
}
