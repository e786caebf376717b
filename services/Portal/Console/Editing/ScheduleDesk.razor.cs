using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary><c>/console/schedule</c>: what is to be shown to readers and what was, by day (UTC).</summary>
public sealed partial class ScheduleDesk
{
    private Month _month = null!;
    private DateOnly _today;
    private IReadOnlyList<Entry>? _entries;
    private Entry? _moving;
    private Reply? _refused;
    private string? _done;
    private DateTime? _at;
    private ElementReference _field;
    private bool _focus;

    [SupplyParameterFromQuery(Name = "month")] public string? Asked { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private TimeProvider Clock { get; set; } = null!;

    private sealed record Entry(Guid Id, string Lang, string Title, DateTimeOffset At, bool Scheduled)
    {
        public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);
    }

    protected override async Task OnParametersSetAsync()
    {
        _today = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);
        _month = Month.Parse(Asked, _today);
        await Load();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_focus) return;
        _focus = false;
        await _field.FocusAsync();
    }

    private async Task Load()
    {
        var (lang, weeks) = (CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, _month.Weeks().ToArray());
        var scheduled = await All<EditorsItem>($"/api/articles?state=scheduled&lang={lang}");
        var published = await All<ArticleItem>($"/api/articles?lang={lang}&from={Written.Iso(weeks[0][0])}&to={Written.Iso(weeks[^1][^1])}");
        _entries = [.. scheduled.Select(a => new Entry(a.Id, a.Lang, a.Title, a.ScheduledFor!.Value, true)), .. published.Select(a => new Entry(a.Id, a.Lang, a.Title, a.PublishedAt, false))];
    }

    private async Task<IReadOnlyList<T>> All<T>(string address)
    {
        var all = new List<T>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await Desk.Get<Listed<T>>($"{address}&limit=100&cursor={cursor}");
            if (page.Value is null) _refused = page;
            all.AddRange(page.Value?.Items ?? []);
            cursor = page.Value?.Next;
        }
        return all;
    }

    private void Begin(Entry entry) => (_moving, _at, _focus, _done) = (entry, entry.At.UtcDateTime, true, null);

    private Task Move() => Change("schedule", new { at = new DateTimeOffset(_at!.Value, TimeSpan.Zero) }, D["Scheduled"]);

    private Task Unschedule() => Change("unschedule", null, D["Unscheduled"]);

    private async Task Change(string deed, object? body, string done)
    {
        var draft = await Desk.Get<DraftView>($"/api/articles/{_moving!.Id}/draft");
        _refused = draft.Value is null ? draft : await Desk.Send(HttpMethod.Post, $"/api/articles/{_moving.Id}/{deed}", body, draft.ETag);
        if (!_refused.IsWell) return;
        (_moving, _done) = (null, done);
        await Load();
    }

    private static string Address(Month month) => $"/console/schedule?month={month}";
}
