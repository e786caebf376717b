using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>An article in the calendar, scheduled for or published at that time.</summary>
public sealed record CalendarEntry(
    Guid Id,
    string Lang,
    string Title,
    DateTimeOffset At,
    bool Scheduled)
{
    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);

    /// <summary>All scheduled articles, and those that were published in the weeks of a month; or the rejection.</summary>
    public static async Task<(IReadOnlyList<CalendarEntry> Entries, Refused? Refused)> Of(Month month, Desk desk)
    {
        var (lang, weeks) = (ConsoleLanguage.Current, month.Weeks().ToArray());
        var scheduled = await All<EditorsItem>(desk, $"/api/articles?state=scheduled&lang={lang}");
        var published = await All<ArticleItem>(
            desk, $"/api/articles?lang={lang}&from={Format.Iso(weeks[0][0])}&to={Format.Iso(weeks[^1][^1])}");
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
