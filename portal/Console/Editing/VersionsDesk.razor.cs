using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>
/// <c>/console/articles/{id}/versions</c>: the history of an article. Editors compare two versions, see what readers saw at a given time,
/// and restore earlier versions.
/// </summary>
public sealed partial class VersionsDesk
{
    private Answer<Listed<HistoryItem>>? _history;
    private Answer<DiffView>? _diff;
    private Answer<ArticleView>? _served;
    private Refused? _refused;
    private string? _version, _done;
    private long _from, _to;
    private DateTime? _asOf;
    private Rights _rights = Rights.None;

    [Parameter] public Guid Id { get; set; }
    [SupplyParameterFromQuery] public string? Cursor { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [CascadingParameter] private Task<AuthenticationState> Session { get; set; } = null!;

    protected override Task OnParametersSetAsync() => Load();

    private async Task Load()
    {
        _rights = Rights.Of((await Session).User);
        var draft = await Desk.Get<DraftView>($"/api/articles/{Id}/draft");
        _history = await Desk.Get<Listed<HistoryItem>>(Url.With($"/api/articles/{Id}/history", ("limit", "50"), ("cursor", Cursor)));
        _version = draft.ETag;
        if (_history.Value?.Items is { Count: > 0 } items) (_to, _from) = (items[0].Version, items[Math.Min(1, items.Count - 1)].Version);
    }

    private async Task Compare() =>
        _diff = await Desk.Get<DiffView>($"/api/articles/{Id}/diff?from={Math.Min(_from, _to)}&to={Math.Max(_from, _to)}");

    private Task ShowVersion(long version) => Show($"version={version}");

    private Task ShowAsOf() => Show($"asOf={Format.Iso(new DateTimeOffset(_asOf!.Value, TimeSpan.Zero))}");

    private async Task Show(string query) =>
        _served = await Desk.Get<ArticleView>($"/api/articles/{Id}?lang={ConsoleLanguage.Current}&{query}");

    private async Task Restore(long version)
    {
        _refused = (await Desk.Send<object>(HttpMethod.Post, $"/api/articles/{Id}/restore", new { version }, _version)).Refused;
        _done = _refused is null ? D["Restored", version].Value : null;
        await Load();
    }
}
