using CurrencyRates.Bank;
using Marten;
using Platform.EventSourcing;

namespace CurrencyRates.Sheets;

/// <summary>
/// The result of polling the bank, shared by all replicas. It is operational information, not a fact about rates, so it is a plain document
/// and not an event.
/// </summary>
public sealed record BankStatus : Stored
{
    /// <summary>The id of the only document.</summary>
    public const string Key = "bank";

    public string Id { get; init; } = Key;
    /// <summary>The next time at which the bank needs to be polled.</summary>
    public DateTimeOffset? NextAt { get; init; }
    /// <summary>When the bank last returned a usable sheet.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }
    /// <summary>Since when and why the bank has returned no usable sheet; null while it does.</summary>
    public Stale? Failing { get; init; }

    public BankStatus Answered(DateTimeOffset now, DateTimeOffset next) => this with { AnsweredAt = now, NextAt = next, Failing = null };
    public BankStatus Failed(DateTimeOffset now, DateTimeOffset next, string reason) =>
        this with { NextAt = next, Failing = new(Failing?.Since ?? now, reason) };
}

/// <summary>Rates may be out of date: since when, and why.</summary>
public sealed record Stale(DateTimeOffset Since, string Reason) : Stored;

/// <summary>Determines whether the stored rates are up to date. Pure.</summary>
public static class Freshness
{
    /// <summary>If the bank confirmed the newest sheet within this time, the sheet is not out of date, however old it is.</summary>
    public static readonly TimeSpan Confirmed = TimeSpan.FromDays(4);

    /// <summary>Whether the newest sheet is older than expected, or the bank cannot be polled; null if neither.</summary>
    public static Stale? Of(DateTimeOffset now, DateOnly? newest, BankStatus? bank)
    {
        var today = Moscow.Date(now);
        if (newest > today) return null;
        var missing = newest is null ? today : FirstRateDayAfter(newest.Value);
        var behind = missing <= today && !(bank is { Failing: null, AnsweredAt: { } answered } && now - answered < Confirmed);
        if (behind) return new(Moscow.StartOf(missing), bank?.Failing?.Reason ?? "the bank has not been polled");
        return bank?.Failing;
    }

    /// <summary>
    /// Whether the table of one date may be out of date. The table of a past date is out of date only if sheets around it are missing.
    /// </summary>
    public static Stale? Of(DateOnly date, DateOnly effectiveFrom, DateOnly? next, Stale? newest)
    {
        if (next is null) return newest;
        return date.DayNumber - effectiveFrom.DayNumber <= DailySheet.LongestPause
            ? null
            : new(
                Moscow.StartOf(FirstRateDayAfter(effectiveFrom)),
                $"no sheet is stored between {effectiveFrom:yyyy-MM-dd} and {next:yyyy-MM-dd}; an operator can request a backfill");
    }

    /// <summary>Whether the stored rates may be out of date now; null if they are up to date.</summary>
    public static async Task<Stale?> Staleness(this IQuerySession session, DateTimeOffset now, CancellationToken ct) =>
        Of(now, (await session.Newest(ct))?.EffectiveFrom, await session.LoadAsync<BankStatus>(BankStatus.Key, ct));

    /// <summary>The next date for which the bank usually sets rates.</summary>
    public static DateOnly FirstRateDayAfter(DateOnly date)
    {
        do date = date.AddDays(1); while (!Moscow.IsRateDay(date));
        return date;
    }
}
