using Microsoft.AspNetCore.Components;

namespace Portal.Console.Editing;

/// <summary><c>/console/schedule</c>: the calendar of scheduled and published articles, by day in UTC.</summary>
public sealed partial class ScheduleDesk
{
    private Month _month = null!;
    private DateOnly _today;
    private IReadOnlyList<CalendarEntry>? _entries;
    private CalendarEntry? _moving;
    private Refused? _refused;
    private string? _done;
    private DateTime? _at;
    private ElementReference _field;
    private bool _focus;

    [SupplyParameterFromQuery(Name = "month")] public string? Asked { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private TimeProvider Clock { get; set; } = null!;

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
        (_entries, var refused) = await CalendarEntry.Of(_month, Desk);
        _refused = refused ?? _refused;
    }

    private void Begin(CalendarEntry entry) => (_moving, _at, _focus, _done) = (entry, entry.At.UtcDateTime, true, null);

    private Task Move() => Change("schedule", new { at = new DateTimeOffset(_at!.Value, TimeSpan.Zero) }, D["Scheduled"]);

    private Task Unschedule() => Change("unschedule", null, D["Unscheduled"]);

    private async Task Change(string action, object? body, string done)
    {
        var draft = await Desk.Get<DraftView>($"/api/articles/{_moving!.Id}/draft");
        _refused = draft.Refused
            ?? (await Desk.Send<object>(HttpMethod.Post, $"/api/articles/{_moving.Id}/{action}", body, draft.ETag)).Refused;
        if (_refused is not null) return;
        (_moving, _done) = (null, done);
        await Load();
    }

    private static string Address(Month month) => $"schedule?month={month}";
}
