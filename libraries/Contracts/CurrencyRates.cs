namespace Platform.Contracts.CurrencyRates;

/// <summary>
/// The official rate of one currency, as published: <paramref name="Nominal"/> units cost <paramref name="Value"/> roubles.
/// </summary>
public sealed record OfficialRate(
    string Id,
    string NumCode,
    string CharCode,
    int Nominal,
    decimal Value);

/// <summary>The official rates that apply from <paramref name="EffectiveFrom"/> on were published.</summary>
public sealed record RatesPublished(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    DateOnly EffectiveFrom,
    IReadOnlyList<OfficialRate> Rates);

/// <summary>
/// Rates that had already been published were corrected. <paramref name="Rates"/> contains all rates of the date, not only the corrected
/// ones.
/// </summary>
public sealed record RatesCorrected(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    DateOnly EffectiveFrom,
    IReadOnlyList<OfficialRate> Rates);

/// <summary>
/// After a restore, the currency rates service has published all its public events again in this epoch (message header <c>Epoch</c>).
/// Consumers discard what they know from earlier epochs unless a message of this epoch confirmed it.
/// </summary>
public sealed record RatesRetold(long Epoch, DateTimeOffset At);
