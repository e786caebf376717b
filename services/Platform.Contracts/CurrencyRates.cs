namespace Platform.Contracts.CurrencyRates;

/// <summary>Official rate of one currency: <paramref name="Value"/> roubles for <paramref name="Nominal"/> units, as published.</summary>
public sealed record OfficialRate(string Id, string NumCode, string CharCode, int Nominal, decimal Value);

/// <summary>The official rates that hold from a date on.</summary>
public sealed record RatesPublished(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    DateOnly EffectiveFrom, IReadOnlyList<OfficialRate> Rates);

/// <summary>The rates of a date already published, corrected: the whole sheet as it is now.</summary>
public sealed record RatesCorrected(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    DateOnly EffectiveFrom, IReadOnlyList<OfficialRate> Rates);

/// <summary>
/// After a restore: all public events of this service's store were published again, in this epoch (header <c>Epoch</c> of the messages). Of
/// what a consumer knows from earlier epochs, whatever was not told again never was.
/// </summary>
public sealed record RatesRetold(long Epoch, DateTimeOffset At);
