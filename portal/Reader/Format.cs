using System.Globalization;

namespace Portal.Reader;

/// <summary>Formats dates, times and numbers in the language of the page.</summary>
public static class Format
{
    public static string Day(DateOnly day) =>
        day.ToString(CultureInfo.CurrentCulture.TwoLetterISOLanguageName == "zh" ? "yyyy年M月d日" : "d MMMM yyyy", CultureInfo.CurrentCulture);

    /// <summary>The date of a point in time in a time zone (default: UTC).</summary>
    public static string Day(DateTimeOffset moment, TimeZoneInfo? zone = null) => Day(DateOnly.FromDateTime(In(moment, zone)));

    /// <summary>Date and time in a time zone; <see cref="Offset"/> gives the offset to display with it.</summary>
    public static string Moment(DateTimeOffset moment, TimeZoneInfo zone) =>
        $"{Day(moment, zone)}{(CultureInfo.CurrentCulture.TwoLetterISOLanguageName == "zh" ? " " : ", ")}"
        + $"{In(moment, zone).ToString("HH:mm", CultureInfo.InvariantCulture)}";

    /// <summary>The offset of the zone from UTC at that time: UTC, UTC+8, UTC−3:30.</summary>
    public static string Offset(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(moment);
        if (offset == TimeSpan.Zero) return "UTC";
        return $"UTC{(offset < TimeSpan.Zero ? '\u2212' : '+')}{Math.Abs(offset.Hours)}"
            + $"{(offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):00}")}";
    }

    private static DateTime In(DateTimeOffset moment, TimeZoneInfo? zone) =>
        zone is null ? moment.UtcDateTime : TimeZoneInfo.ConvertTime(moment, zone).DateTime;

    /// <summary>Formats a month that is given as 2026-01.</summary>
    public static string Month(string month) =>
        DateOnly.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture).ToString(
            CultureInfo.CurrentCulture.TwoLetterISOLanguageName == "zh" ? "yyyy年M月" : "MMMM yyyy", CultureInfo.CurrentCulture);

    public static string Time(DateTimeOffset moment, bool seconds = false) =>
        moment.UtcDateTime.ToString(seconds ? "HH:mm:ss" : "HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The value of <c>&lt;time datetime&gt;</c>.</summary>
    public static string Iso(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The beginning of the minute: requests of the same minute are equal, so the gateway can cache their response.</summary>
    public static string Minute(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    public static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A rate with all decimals that the bank published, and at least four.</summary>
    public static string Rate(decimal rate) => rate.ToString("#,##0.0000######", CultureInfo.CurrentCulture);

    /// <summary>A change with its sign; a decrease has a minus sign (U+2212), not a hyphen.</summary>
    public static string Change(decimal change) => change switch
    {
        > 0 => "+" + Rate(change),
        < 0 => "\u2212" + Rate(-change),
        _ => Rate(0),
    };

    public static string Amount(decimal amount) => amount.ToString("#,##0.##########", CultureInfo.CurrentCulture);

    /// <summary>A count with grouped digits.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>A number in the format of a form field.</summary>
    public static string Plain(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
