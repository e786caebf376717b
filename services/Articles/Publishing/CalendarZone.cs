using System.Text.RegularExpressions;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>The time zone of publication days and months, for example <c>timeZone=Asia/Shanghai</c>; UTC by default.</summary>
internal static partial class CalendarZone
{
    /// <exception cref="Malformed">There is no time zone of that name.</exception>
    public static TimeZoneInfo Of(string? timeZone) =>
        timeZone is null ? TimeZoneInfo.Utc
        : timeZone.Length <= 64 && Name().IsMatch(timeZone) && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone) ? zone
        : throw new Malformed("timeZone", "must be the name of a time zone such as Asia/Shanghai or UTC");

    /// <summary>The instant at which a day begins in the time zone.</summary>
    public static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        if (day == DateOnly.MinValue) return DateTimeOffset.MinValue;
        var local = day.ToDateTime(TimeOnly.MinValue);
        // If midnight occurs twice because clocks go back, the day begins at the first one.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$")]
    private static partial Regex Name();
}
