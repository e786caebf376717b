using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary><c>/console/articles/{id}</c>: one article's draft, and what is done with it. Whoever saves over somebody else's change is asked first.</summary>
public sealed partial class ArticleDesk
{
    private OpenDraft? _open, _asked;
    private IReadOnlyList<SectionItem> _sections = [];
    private string? _done;
    private Guid? _begun;
    private bool _typing;

    [Parameter] public Guid? Id { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private IJSRuntime Browser { get; set; } = null!;
    [Inject] private TimeProvider Clock { get; set; } = null!;

    private bool IsUnsaved => _typing || _open?.Form.IsChanged == true;

    protected override async Task OnParametersSetAsync()
    {
        // Parameters are set again while the draft is on its way: read twice, the second would take what was typed into the first.
        if (_asked is not null && _asked.Id == Id) return;
        var open = _asked = new OpenDraft(Desk, Id);
        if (_sections.Count == 0) _sections = (await Desk.Get<Listed<SectionItem>>("/api/sections")).Value?.Items ?? [];
        await open.Read(_sections.Count > 0 ? _sections[0].Key : "");
        if (_asked == open) _open = open;
    }

    private Task Load() => _open!.Read(_open.Form.Section);

    // A field reports its text only when the editor leaves it. Until then the text exists in the browser alone, and a reload would
    // discard it.
    private void BeginTyping() => _typing = true;

    private void EndTyping() => _typing = false;

    private async Task<bool> Save()
    {
        _typing = false; // Enter reports the field's text before it submits the form.
        var id = Id ?? (_begun ??= Guid.CreateVersion7(Clock.GetUtcNow()));
        if (!await Sent(HttpMethod.Put, $"{id}", _open!.Form.Request(), D["Saved"])) return false;
        if (Id is null) Navigation.NavigateTo($"articles/{id}", replace: true);
        return true;
    }

    private async Task Do(Deed deed)
    {
        if (!_open!.Form.IsChanged || await Save()) await Sent(HttpMethod.Post, $"{Id}/{deed.Path}", deed.Body, deed.Done);
    }

    private async Task<bool> Sent(HttpMethod method, string path, object? body, string done) => (_done = await _open!.Send(method, path, body) ? done : null) is not null;

    private Task<bool> Overwrite()
    {
        _open!.TakeOver();
        return Save();
    }

    private async Task Leave(LocationChangingContext leaving)
    {
        if (IsUnsaved && !await Browser.InvokeAsync<bool>("confirm", D["LeaveUnsaved"].Value)) leaving.PreventNavigation();
    }
}
