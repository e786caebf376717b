using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>
/// <c>/console/articles/{id}</c>: edits the draft of one article, and publishes, schedules or retracts the article. If somebody else has
/// changed the draft, the editor decides whether to overwrite that change.
/// </summary>
public sealed partial class ArticleDesk
{
    private OpenDraft? _open, _loading;
    private IReadOnlyList<SectionItem> _sections = [];
    private string? _message;
    private Guid? _newId;
    private readonly SemaphoreSlim _lock = new(1, 1);
    private UnsavedText? _browser;
    private KeptText? _found;
    private Confirmation? _confirmation;
    private DateTimeOffset? _savedAt;
    private string _key = "";
    private string? _recalledKey;
    private bool _typing, _saving, _isDisposed;
    private Rights _rights = Rights.None;

    /// <summary>The interval of automatic saves. Each save adds a version to the article's history.</summary>
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(20);

    [Parameter] public Guid? Id { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private IJSRuntime Browser { get; set; } = null!;
    [Inject] private TimeProvider Clock { get; set; } = null!;
    [Inject] private ILogger<ArticleDesk> Log { get; set; } = null!;
    [Inject] private Files Files { get; set; } = null!;
    [CascadingParameter] private Task<AuthenticationState> Session { get; set; } = null!;

    private UnsavedText InBrowser => _browser ??= new(Browser, Files["site/unsaved.js"], Log);

    // An author may not change a draft that will be published without another review.
    private bool MayWrite => _rights.MayWrite && (_rights.IsEditor || _open?.View?.ScheduledFor is null);

    private bool IsUnsaved => _typing || _open?.Form.IsChanged == true;

    protected override async Task OnParametersSetAsync()
    {
        // Parameters are set again while the draft is loading. A second load would discard what was typed after the first.
        if (_loading is not null && _loading.Id == Id) return;
        var open = _loading = new OpenDraft(Desk, Id);
        if (_sections.Count == 0) _sections = (await Desk.Get<Listed<SectionItem>>("/api/sections")).Value?.Items ?? [];
        await open.Read(_sections.Count > 0 ? _sections[0].Key : "");
        _rights = Rights.Of((await Session).User);
        if (_loading == open)
        {
            var savedAt = open.Id is not null && open.Id == _newId ? _savedAt : null;
            (_open, _found, _confirmation, _savedAt) = (open, null, null, savedAt);
            _key = $"{Uri.EscapeDataString(_rights.Name)}:{Id?.ToString() ?? "new"}";
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_open is not { Missing: null } || _recalledKey == _key) return;
        _recalledKey = _key;
        await Recall();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return _browser?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Loads the other editor's version and discards the text in the form.</summary>
    private async Task Load()
    {
        var mark = await ReportTyping();
        await _open!.Read(_open.Form.Section);
        await InBrowser.Forget(_key, mark);
    }

    // A field reports its text only when the editor leaves it. Until then the text exists in the browser alone, and a reload would
    // discard it.
    private void BeginTyping() => (_typing, _message) = (true, null);

    private void EndTyping() => _typing = false;

    private Task<bool> Save() => OneAtATime(SaveNow);

    private Task<bool> Run(ArticleAction action) => OneAtATime(() => RunNow(action));

    private async Task<bool> RunNow(ArticleAction action)
    {
        _confirmation = null;
        if (await HasUnsavedText() && !await SaveNow()) return false;
        if (_open!.View?.PublishedAt is null || action.Path is not ("publish" or "schedule"))
            return await Send(action);
        _confirmation = new(action, _open.Version, await _open.Changes());
        return false;
    }

    /// <summary>
    /// Publishes after the editor has confirmed the summary of changes. If the draft has changed since, a new summary is shown instead.
    /// </summary>
    private Task<bool> Confirm() => OneAtATime(async () =>
    {
        var (action, version, _) = _confirmation!;
        if (await HasUnsavedText() || _open!.Version != version) return await RunNow(action);
        _confirmation = null;
        return await Send(action);
    });

    private async Task AutoSave()
    {
        if (_open is not { CanAutoSave: true } open || _found is not null) return;
        await OneAtATime(async () =>
        {
            var mark = await ReportTyping();
            return !_isDisposed && open == _open && open.NeedsAutoSave && await TrackSave(open.AutoSave, mark);
        });
    }

    private async Task<bool> SaveNow()
    {
        var mark = await ReportTyping();
        var id = Id ?? (_newId ??= Guid.CreateVersion7(Clock.GetUtcNow()));
        if (!await TrackSave(() => Send(HttpMethod.Put, $"{id}", _open!.Form.Request(), D["Saved"]), mark)) return false;
        if (Id is null) Navigation.NavigateTo($"articles/{id}", replace: true);
        return true;
    }

    /// <summary>Fetches the text that is being typed, and returns whether the form has unsaved changes.</summary>
    private async Task<bool> HasUnsavedText()
    {
        await ReportTyping();
        return _open!.Form.IsChanged;
    }

    private async Task<bool> TrackSave(Func<Task<bool>> save, long? mark)
    {
        var key = _key;
        _saving = true;
        StateHasChanged();
        try
        {
            if (!await save()) return false;
        }
        finally
        {
            _saving = false;
        }
        _savedAt = Clock.GetUtcNow();
        await InBrowser.Forget(key, mark);
        return true;
    }

    /// <summary>Runs one action at a time. A save that overtakes another one would conflict with it.</summary>
    private async Task<bool> OneAtATime(Func<Task<bool>> action)
    {
        await _lock.WaitAsync();
        try
        {
            return await action();
        }
        finally
        {
            _lock.Release();
        }
    }

    private async Task<bool> Send(HttpMethod method, string path, object? body, string done) =>
        (_message = await _open!.Send(method, path, body) ? done : null) is not null;

    private Task<bool> Send(ArticleAction action) =>
        Send(action.Method ?? HttpMethod.Post, $"{Id}/{action.Path}", action.Body, action.Done);

    /// <summary>Takes the merged text into the form. It is saved like any other change.</summary>
    private Task<bool> TakeMerged() => OneAtATime(async () =>
    {
        await ReportTyping();
        var taken = _open!.TakeMerged();
        _message = taken ? D["Merged"] : D["MergeAgain"];
        return taken;
    });

    private Task<bool> Overwrite()
    {
        _open!.AcceptConflict();
        return Save();
    }

    private async Task Leave(LocationChangingContext leaving)
    {
        if (IsUnsaved && !await Browser.InvokeAsync<bool>("confirm", D["LeaveUnsaved"].Value)) leaving.PreventNavigation();
    }

    private async Task<long?> ReportTyping()
    {
        var mark = await InBrowser.Report();
        if (mark is not null) _typing = false;
        return mark;
    }

    private async Task Recall()
    {
        var open = _open!;
        var found = await InBrowser.Recall(_key, open.Form);
        if (_open != open || found is null) return;
        _found = found;
        StateHasChanged();
    }

    private async Task Recover()
    {
        foreach (var (field, text) in _found!.Texts) _open!.Form[field] = text;
        await InBrowser.Adopt(_key, _found);
        await OfferNext();
    }

    private async Task Discard()
    {
        await InBrowser.Discard(_key, _found!);
        await OfferNext();
    }

    private Task OfferNext()
    {
        _found = null;
        return Recall();
    }

    /// <summary>The confirmation before readers see a change: the action, and the changes as of a version of the draft.</summary>
    private sealed record Confirmation(ArticleAction Action, string? Version, Answer<DiffView> Changes);
}
