using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using Platform.Hosting;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary><c>/console/articles/{id}</c>: one article's draft, and what is done with it. Whoever saves over somebody else's change is asked first.</summary>
public sealed partial class ArticleDesk
{
    private ArticleForm _form = new();
    private IReadOnlyList<SectionItem> _sections = [];
    private DraftView? _view;
    private Reply? _missing, _refused;
    private HistoryItem? _conflict;
    private string? _version, _stored, _done;
    private Guid? _loaded, _begun;

    [Parameter] public Guid? Id { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private IJSRuntime Browser { get; set; } = null!;
    [Inject] private TimeProvider Clock { get; set; } = null!;

    private string Words => JsonSerializer.Serialize(_form.Request(), Json.Http);
    private bool Changed => _stored is not null && _stored != Words;

    protected override async Task OnParametersSetAsync()
    {
        if (_stored is not null && _loaded == Id) return;
        if (_sections.Count == 0) _sections = (await Desk.Get<Listed<SectionItem>>("/api/sections")).Value?.Items ?? [];
        await Load();
    }

    private async Task Load()
    {
        (_conflict, _refused, _loaded) = (null, null, Id);
        if (Id is null) _form = new() { Section = _sections.Count > 0 ? _sections[0].Key : "" };
        else
        {
            var draft = await Desk.Get<DraftView>($"/api/articles/{Id}/draft");
            (_view, _version, _missing) = (draft.Value, draft.ETag, draft.Value is null ? draft : null);
            if (draft.Value is { } found) _form = ArticleForm.Of(found.Draft);
        }
        _stored = Words;
    }

    private async Task<bool> Save()
    {
        var id = Id ?? (_begun ??= Guid.CreateVersion7(Clock.GetUtcNow())).Value;
        if (!await Took(await Desk.Send(HttpMethod.Put, $"/api/articles/{id}", _form.Request(), _version), D["Saved"])) return false;
        if (Id is null) Navigation.NavigateTo($"/console/articles/{id}", replace: true);
        return true;
    }

    private async Task Do(Deed deed)
    {
        if (!Changed || await Save()) await Took(await Desk.Send(HttpMethod.Post, $"/api/articles/{Id}/{deed.Path}", deed.Body, _version), deed.Done);
    }

    /// <summary>What was taken is read again, as it was cleaned; what came too late is explained.</summary>
    private async Task<bool> Took(Reply sent, string done)
    {
        (_done, _refused, _conflict) = (null, sent, null);
        if (sent.Status == HttpStatusCode.PreconditionFailed) _conflict = (await Desk.Get<Listed<HistoryItem>>($"/api/articles/{Id}/history?limit=1")).Value?.Items[0];
        if (!sent.IsWell) return false;
        if (Id is null) _stored = null;
        else await Load();
        _done = done;
        return true;
    }

    private async Task Overwrite()
    {
        _version = $"\"{_conflict!.Version}\"";
        await Save();
    }

    private async Task Leave(LocationChangingContext leaving)
    {
        if (Changed && !await Browser.InvokeAsync<bool>("confirm", D["LeaveUnsaved"].Value)) leaving.PreventNavigation();
    }
}

/// <summary>What an editor does with an article; <c>Done</c> says that it was done.</summary>
public sealed record Deed(string Path, object? Body, string Done);
