using System.Net;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary><c>/console/articles/{id}</c>: one article's draft, and what is done with it. Whoever saves over somebody else's change is asked first.</summary>
public sealed partial class ArticleDesk
{
    private ArticleForm? _form;
    private IReadOnlyList<SectionItem> _sections = [];
    private DraftView? _view;
    private Refused? _missing, _refused;
    private HistoryItem? _conflict;
    private string? _version, _done;
    private Guid? _loaded, _begun;

    [Parameter] public Guid? Id { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private IJSRuntime Browser { get; set; } = null!;
    [Inject] private TimeProvider Clock { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (_form is not null && _loaded == Id) return;
        if (_sections.Count == 0) _sections = (await Desk.Get<Listed<SectionItem>>("/api/sections")).Value?.Items ?? [];
        await Load();
    }

    private async Task Load()
    {
        var draft = Id is null ? null : await Desk.Get<DraftView>($"/api/articles/{Id}/draft");
        (_view, _version, _missing) = (draft?.Value, draft?.ETag, draft?.Refused);
        (_form, _loaded, _conflict, _refused) = (_view is null ? new ArticleForm { Section = _sections.Count > 0 ? _sections[0].Key : "" }.Stored() : ArticleForm.Of(_view.Draft), Id, null, null);
    }

    private async Task<bool> Save()
    {
        var id = Id ?? (_begun ??= Guid.CreateVersion7(Clock.GetUtcNow()));
        if (!await Took(await Desk.Send<object>(HttpMethod.Put, $"/api/articles/{id}", _form!.Request(), _version), D["Saved"])) return false;
        if (Id is null) Navigation.NavigateTo($"articles/{id}", replace: true);
        return true;
    }

    private async Task Do(Deed deed)
    {
        if (!_form!.IsChanged || await Save()) await Took(await Desk.Send<object>(HttpMethod.Post, $"/api/articles/{Id}/{deed.Path}", deed.Body, _version), deed.Done);
    }

    /// <summary>What was taken is read again, as it was cleaned; what came too late is explained.</summary>
    private async Task<bool> Took(Answer<object> sent, string done)
    {
        (_done, _refused, _conflict) = (null, sent.Refused, null);
        if (sent.Status == HttpStatusCode.PreconditionFailed) _conflict = (await Desk.Get<Listed<HistoryItem>>($"/api/articles/{Id}/history?limit=1")).Value?.Items[0];
        if (_refused is not null) return false;
        if (Id is null) _form!.Stored();
        else await Load();
        _done = done;
        return true;
    }

    private Task<bool> Overwrite()
    {
        _version = $"\"{_conflict!.Version}\"";
        return Save();
    }

    private async Task Leave(LocationChangingContext leaving)
    {
        if (_form?.IsChanged == true && !await Browser.InvokeAsync<bool>("confirm", D["LeaveUnsaved"].Value)) leaving.PreventNavigation();
    }
}
