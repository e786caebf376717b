using CurrencyRates.Sheets;
using Marten;
using NodaTime;
using Platform.Web;

namespace CurrencyRates.States;

/// <summary>
/// <c>GET /api/states?asOf=</c>: the states with their status, capital and currency at a time (default: now), and the local time of each
/// capital.
/// </summary>
public static class StateList
{
    /// <summary>The states with a status on a date, in the order of every list: by status, then by their own order.</summary>
    public static IEnumerable<(State State, StatusGiven Status)> WithStatusOn(this IEnumerable<State> states, DateOnly date) =>
        from state in states
        let status = state.StatusOn(date)
        where status?.Status is not null
        orderby status.Status, state.Order, state.Id
        select (state, status);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/states", async (
            AsOf asOf,
            HttpContext http,
            IQuerySession session,
            TimeProvider clock,
            CancellationToken ct) =>
        {
            http.Response.TagWithKeys(SurrogateKey.States);
            var at = asOf.Moment ?? clock.Now();
            var currencies = await session.Query<Currency>().ToListAsync(ct);
            var states = await session.Query<State>().ToListAsync(ct);
            var names = currencies.ToDictionary(c => c.Code(), c => c.Names);
            return new StatesView(
                at, [.. states.WithStatusOn(DateOnly.FromDateTime(at.UtcDateTime)).Select(s => Show(s.State, s.Status, at, names))]);
        }).AllowAnonymous();

    /// <summary>One state at a time.</summary>
    public static StateItem Show(
        State state, StatusGiven status, DateTimeOffset at, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> currencies)
    {
        var date = DateOnly.FromDateTime(at.UtcDateTime);
        var currency = state.CurrencyOn(date)?.Code;
        var capital = state.CapitalOn(date);
        return new(
            state.Code(),
            state.Names,
            status.Status!.Value,
            status.From,
            capital?.Names,
            currency,
            currency is null ? null : currencies.GetValueOrDefault(currency),
            capital is null ? null : ClockOf(capital.TimeZone, at));
    }

    /// <summary>
    /// The local time of a time zone at an instant, from the time zone database that ships with the service, not from the machine's.
    /// </summary>
    public static ZoneClock ClockOf(string timeZone, DateTimeOffset at)
    {
        var zone = DateTimeZoneProviders.Tzdb[timeZone];
        var now = Instant.FromDateTimeOffset(at);
        var interval = zone.GetZoneInterval(now);
        var change = interval.HasEnd ? new OffsetChange(interval.End.ToDateTimeOffset(), Text(zone.GetUtcOffset(interval.End))) : null;
        return new(timeZone, Text(interval.WallOffset), now.WithOffset(interval.WallOffset).ToDateTimeOffset(), change);
    }

    private static string Text(Offset offset) =>
        offset.ToTimeSpan() is var span && span < TimeSpan.Zero ? $"-{span:hh\\:mm}" : $"+{span:hh\\:mm}";
}

/// <summary>The states at a time.</summary>
public sealed record StatesView(DateTimeOffset AsOf, IReadOnlyList<StateItem> Items);

/// <summary>
/// A state: its group and since when, the names of its capital at that time, its currency, and the local time of its capital.
/// </summary>
public sealed record StateItem(
    string State,
    IReadOnlyDictionary<string, string> Names,
    Status Group,
    DateOnly GroupSince,
    IReadOnlyDictionary<string, string>? Capital,
    string? Currency,
    IReadOnlyDictionary<string, string>? CurrencyNames,
    ZoneClock? Clock)
{
    /// <summary>The IANA time zone of the capital, as in <see cref="Clock"/>.</summary>
    public string? TimeZone => Clock?.TimeZone;
    /// <summary>The current UTC offset, as in <see cref="Clock"/>.</summary>
    public string? UtcOffset => Clock?.UtcOffset;
}

/// <summary>
/// A local time: the time zone, the current UTC offset, the time itself, and the next change of the offset (absent if none is known).
/// </summary>
public sealed record ZoneClock(string TimeZone, string UtcOffset, DateTimeOffset LocalTime, OffsetChange? NextChange);

/// <summary>A change of the UTC offset: when, and the new offset.</summary>
public sealed record OffsetChange(DateTimeOffset At, string UtcOffset);
