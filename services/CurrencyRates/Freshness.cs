using Marten;
using Platform.EventSourcing;

namespace CurrencyRates;

/// <summary>
/// How asking the bank went, shared by all replicas: an operator's notice, not a fact about rates, so it is a plain document and no event.
/// </summary>
public sealed record BankStatus : Stored
{
    /// <summary>There is one bank.</summary>
    public const string Key = "bank";

    public string Id { get; init; } = Key;
    /// <summary>When nobody needs to ask before.</summary>
    public DateTimeOffset? NextAt { get; init; }
    /// <summary>When the bank last gave a usable answer.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }
    /// <summary>Since when it has given none, and why; null while it does.</summary>
    public Stale? Failing { get; init; }

    public BankStatus Answered(DateTimeOffset now, DateTimeOffset next) => this with { AnsweredAt = now, NextAt = next, Failing = null };
    public BankStatus Failed(DateTimeOffset now, DateTimeOffset next, string reason) =>
        this with { NextAt = next, Failing = new(Failing?.Since ?? now, reason) };
}

/// <summary>Rates may be out of date: since when, and why.</summary>
public sealed record Stale(DateTimeOffset Since, string Reason) : Stored;

/// <summary>Whether what readers see is what the bank says. Pure.</summary>
public static class Freshness
{
    /// <summary>The bank confirmed what is known this recently: then it is not out of date, however old it is.</summary>
    public static readonly TimeSpan Confirmed = TimeSpan.FromDays(4);

    /// <summary>Whether the newest sheet is behind the calendar or the bank fails to answer; null where all is well.</summary>
    public static Stale? Of(DateTimeOffset now, DateOnly? newest, BankStatus? bank)
    {
        var today = Moscow.Date(now);
        if (newest > today) return null;
        var missing = newest is null ? today : FirstRateDayAfter(newest.Value);
        var behind = missing <= today && !(bank is { Failing: null, AnsweredAt: { } answered } && now - answered < Confirmed);
        if (behind) return new(Moscow.StartOf(missing), bank?.Failing?.Reason ?? "the bank has not been asked");
        return bank?.Failing;
    }

    /// <summary>The same for one date's table: a date of the past is out of date only where sheets are missing around it.</summary>
    public static Stale? Of(DateOnly asked, DateOnly effectiveFrom, DateOnly? next, Stale? newest)
    {
        if (next is null) return newest;
        return asked.DayNumber - effectiveFrom.DayNumber <= Sources.DailySheet.LongestPause
            ? null
            : new(
                Moscow.StartOf(FirstRateDayAfter(effectiveFrom)),
                $"no sheet is known between {effectiveFrom:yyyy-MM-dd} and {next:yyyy-MM-dd}; an operator can fetch them");
    }

    /// <summary>As <see cref="Of(DateTimeOffset, DateOnly?, BankStatus?)"/>, of what the store knows now.</summary>
    public static async Task<Stale?> Freshly(this IQuerySession session, DateTimeOffset now, CancellationToken ct) =>
        Of(now, (await session.Newest(ct))?.EffectiveFrom, await session.LoadAsync<BankStatus>(BankStatus.Key, ct));

    /// <summary>The next date for which the bank usually sets rates.</summary>
    public static DateOnly FirstRateDayAfter(DateOnly date)
    {
        do date = date.AddDays(1); while (!Moscow.IsRateDay(date));
        return date;
    }
}
