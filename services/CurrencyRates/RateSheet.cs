using Marten;
using Platform.EventSourcing;

namespace CurrencyRates;

/// <summary>
/// One rate as published: <paramref name="Value"/> roubles for <paramref name="Nominal"/> units. <paramref name="Id"/> is the bank's own
/// key; names and codes change.
/// </summary>
public sealed record Rate(string Id, string NumCode, string CharCode, int Nominal, decimal Value) : Stored
{
    /// <summary>Roubles for one unit: nominals change over time, so only this compares.</summary>
    public decimal PerUnit() => Exact.Trim(Value / Nominal);
}

/// <summary>The official rates that hold from a date on were recorded.</summary>
public sealed record RatesRecorded(DateOnly EffectiveFrom, string Source, IReadOnlyList<Rate> Rates, DateTimeOffset? RecordedAt = null);
/// <summary>They were recorded wrongly: the whole sheet as it should have been. What stood there before stays in the stream.</summary>
public sealed record RatesCorrected(DateOnly EffectiveFrom, string Source, IReadOnlyList<Rate> Rates, DateTimeOffset? RecordedAt = null);

/// <summary>The sheet of one effective date: state and read model in one.</summary>
public sealed record RateSheet : Stored, IState<RateSheet>
{
    public string Id { get; init; } = "";
    public long Version { get; init; }
    public DateOnly EffectiveFrom { get; init; }
    public string Source { get; init; } = "";
    public IReadOnlyList<Rate> Rates { get; init; } = [];
    /// <summary>When readers first saw this sheet; null on sheets older than the property.</summary>
    public DateTimeOffset? FirstSeenAt { get; init; }

    public static string Stream(DateOnly effectiveFrom) => $"rates-{effectiveFrom:yyyy-MM-dd}";

    public static void Configure(StoreOptions store) => store.Schema.For<RateSheet>().Duplicate(s => s.EffectiveFrom, notNull: true);

    public RateSheet Evolve(object @event) => @event switch
    {
        RatesRecorded e => this with { EffectiveFrom = e.EffectiveFrom, Source = e.Source, Rates = e.Rates, FirstSeenAt = e.RecordedAt },
        RatesCorrected e => this with { Source = e.Source, Rates = e.Rates },
        _ => this,
    };

    /// <summary>The rate of a currency by its letters; null where the sheet has none.</summary>
    public Rate? Of(string code) => Rates.FirstOrDefault(r => r.CharCode == code);
}
