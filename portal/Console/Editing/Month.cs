using System.Globalization;
using Platform.Web;

namespace Portal.Console.Editing;

/// <summary>A month of the calendar, which shows whole weeks from Monday to Sunday.</summary>
public sealed record Month(int Year, int Number)
{
    public DateOnly First => new(Year, Number, 1);
    public DateOnly Last => First.AddMonths(1).AddDays(-1);
    public Month Previous => Of(First.AddMonths(-1));
    public Month Next => Of(First.AddMonths(1));

    public static Month Of(DateOnly day) => new(day.Year, day.Month);

    /// <summary>Parses a month such as 2026-01; returns the month of <paramref name="today"/> if the text is not valid.</summary>
    public static Month Parse(string? text, DateOnly today) =>
        text is not null && ValidDates.Month(text) is { } first ? Of(first) : Of(today);

    /// <summary>The weeks that contain a day of this month, including their days in the adjacent months.</summary>
    public IEnumerable<DateOnly[]> Weeks()
    {
        for (var day = First.AddDays(-(((int)First.DayOfWeek + 6) % 7)); day <= Last; day = day.AddDays(7))
            yield return [.. Enumerable.Range(0, 7).Select(day.AddDays)];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Number:00}");
}
