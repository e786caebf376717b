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

    /// <summary>A date with its day of the week, as a heading.</summary>
    public static string Today(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var (day, culture) = (In(moment, zone), CultureInfo.CurrentCulture);
        var text = culture.TwoLetterISOLanguageName == "zh"
            ? day.ToString("yyyy年M月d日 dddd", culture)
            : day.ToString("dddd, d MMMM yyyy", culture);
        return char.ToUpper(text[0], culture) + text[1..]; // Russian days of the week are in lower case
    }

    /// <summary>The time if it is on the current day of the zone; otherwise the day, and its year if it is another one.</summary>
    public static string Brief(DateTimeOffset moment, TimeZoneInfo zone, DateTimeOffset now)
    {
        var (at, today, culture) = (In(moment, zone), In(now, zone), CultureInfo.CurrentCulture);
        if (at.Date == today.Date) return at.ToString("HH:mm", CultureInfo.InvariantCulture);
        if (culture.TwoLetterISOLanguageName == "zh")
            return at.ToString(at.Year == today.Year ? "M月d日" : "yyyy年M月d日", culture);
        return at.ToString(at.Year == today.Year ? "d MMM" : "d MMM yyyy", culture);
    }

    /// <summary>The minutes that reading a text in HTML takes, at 200 words or 400 Chinese characters a minute; at least one.</summary>
    public static int ReadingMinutes(string html)
    {
        var (words, characters, inTag, inWord) = (0, 0, false, false);
        foreach (var c in html)
        {
            var isChinese = c is >= '\u4e00' and <= '\u9fff';
            if (inTag || c == '<') (inTag, inWord) = (c != '>', false);
            else if (isChinese) (characters, inWord) = (characters + 1, false);
            else if (!char.IsLetterOrDigit(c)) inWord = inWord && c is '\'' or '\u2019' or '-';
            else if (!inWord) (words, inWord) = (words + 1, true);
        }
        return Math.Max(1, (int)Math.Round(words / 200.0 + characters / 400.0));
    }

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

    /// <summary>A relative change with its sign, with one decimal.</summary>
    public static string Percent(decimal share)
    {
        var (percent, culture) = (decimal.Round(100 * share, 1), CultureInfo.CurrentCulture);
        return (percent switch { > 0 => "+", < 0 => "\u2212", _ => "" })
            + Math.Abs(percent).ToString("0.0", culture)
            + (culture.TwoLetterISOLanguageName == "ru" ? "\u00a0%" : "%");
    }

    public static string Amount(decimal amount) => amount.ToString("#,##0.##########", CultureInfo.CurrentCulture);

    /// <summary>
    /// The plural form of a count in the page's language, as in the Unicode plural rules for integers: <c>one</c>, <c>few</c>,
    /// <c>many</c> or <c>other</c>. A text exists for each form that any of the languages has.
    /// </summary>
    public static string Plural(long count) => CultureInfo.CurrentCulture.TwoLetterISOLanguageName switch
    {
        "zh" => "other",
        "ru" => (count % 10, count % 100) switch
        {
            (1, not 11) => "one",
            (2 or 3 or 4, not (12 or 13 or 14)) => "few",
            _ => "many",
        },
        _ => count == 1 ? "one" : "other",
    };

    /// <summary>A count with grouped digits.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>A number in the format of a form field.</summary>
    public static string Plain(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
