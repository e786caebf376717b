using Marten;
using NodaTime;
using Platform.Hosting;

namespace CurrencyRates;

/// <summary>
/// <c>GET /api/states?asOf=</c>: the states as they stood at a moment (now where absent), with the clock of each capital.
/// </summary>
public static class StateList
{
    /// <summary>
    /// The states that had a status on a date, in the order in which every list shows them: by status, then by their own order.
    /// </summary>
    public static IEnumerable<(State State, StatusGiven Status)> StandingOn(this IEnumerable<State> states, DateOnly date) =>
        from state in states
        let status = state.StatusOn(date)
        where status?.Status is not null
        orderby status.Status, state.Order, state.Id
        select (state, status);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/states", async (AsOf asOf, HttpContext http, IQuerySession session, TimeProvider clock, CancellationToken ct) =>
        {
            http.Response.Name("states");
            var at = asOf.Moment ?? clock.Now();
            var currencies = await session.Query<Currency>().ToListAsync(ct);
            var states = await session.Query<State>().ToListAsync(ct);
            var names = currencies.ToDictionary(c => c.Code(), c => c.Names);
            return new StatesView(
                at, [.. states.StandingOn(DateOnly.FromDateTime(at.UtcDateTime)).Select(s => Show(s.State, s.Status, at, names))]);
        }).AllowAnonymous();

    /// <summary>One state as it stood at a moment.</summary>
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

    /// <summary>The clock of a zone at a moment, by the time zone database that ships with the service, not the machine's.</summary>
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

/// <summary>The states at a moment.</summary>
public sealed record StatesView(DateTimeOffset AsOf, IReadOnlyList<StateItem> Items);

/// <summary>A state: its group and since when, its capital as it was called, what it paid in, and its capital's clock.</summary>
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
    /// <summary>The IANA zone of the capital, as in <see cref="Clock"/>.</summary>
    public string? TimeZone => Clock?.TimeZone;
    /// <summary>The offset in force, as in <see cref="Clock"/>.</summary>
    public string? UtcOffset => Clock?.UtcOffset;
}

/// <summary>A clock: its zone, the offset in force, the local time, and when the offset changes next (null: no change is known).</summary>
public sealed record ZoneClock(string TimeZone, string UtcOffset, DateTimeOffset LocalTime, OffsetChange? NextChange);

/// <summary>From this moment on the offset is another one.</summary>
public sealed record OffsetChange(DateTimeOffset At, string UtcOffset);
