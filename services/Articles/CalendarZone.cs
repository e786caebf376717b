using System.Text.RegularExpressions;
using Platform.Hosting;

namespace Articles;

/// <summary>In which time zone days and months of publishing are counted: <c>timeZone=Asia/Shanghai</c>; UTC if none is named.</summary>
internal static partial class CalendarZone
{
    /// <summary>The zone of that name; a name that is none is a 400.</summary>
    public static TimeZoneInfo Of(string? timeZone) =>
        timeZone is null ? TimeZoneInfo.Utc
        : timeZone.Length <= 64 && Name().IsMatch(timeZone) && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone) ? zone
        : throw new Malformed("timeZone", "must be the name of a time zone such as Asia/Shanghai or UTC");

    /// <summary>The moment at which a day begins there.</summary>
    public static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        if (day == DateOnly.MinValue) return DateTimeOffset.MinValue;
        var local = day.ToDateTime(TimeOnly.MinValue);
        // If clocks go back over midnight, the day begins at the first of the two.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$")]
    private static partial Regex Name();
}
