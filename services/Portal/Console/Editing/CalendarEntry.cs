using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>An article in the calendar: to be shown to readers at that moment, or shown then.</summary>
public sealed record CalendarEntry(Guid Id, string Lang, string Title, DateTimeOffset At, bool Scheduled)
{
    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);

    /// <summary>All that waits, and what was shown in the weeks of a month; or why that cannot be said.</summary>
    public static async Task<(IReadOnlyList<CalendarEntry> Entries, Refused? Refused)> Of(Month month, Desk desk)
    {
        var (lang, weeks) = (ConsoleLanguage.Current, month.Weeks().ToArray());
        var scheduled = await All<EditorsItem>(desk, $"/api/articles?state=scheduled&lang={lang}");
        var published = await All<ArticleItem>(
            desk, $"/api/articles?lang={lang}&from={Written.Iso(weeks[0][0])}&to={Written.Iso(weeks[^1][^1])}");
        return ([
            .. scheduled.Items.Select(a => new CalendarEntry(a.Id, a.Lang, a.Title, a.ScheduledFor!.Value, true)),
            .. published.Items.Select(a => new CalendarEntry(a.Id, a.Lang, a.Title, a.PublishedAt, false)),
        ], scheduled.Refused ?? published.Refused);
    }

    private static async Task<(IReadOnlyList<T> Items, Refused? Refused)> All<T>(Desk desk, string address)
    {
        var all = new List<T>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await desk.Get<Listed<T>>($"{address}&limit=100&cursor={cursor}");
            if (page.Value is null) return (all, page.Refused);
            all.AddRange(page.Value.Items);
            cursor = page.Value.Next;
        }
        return (all, null);
    }
}
