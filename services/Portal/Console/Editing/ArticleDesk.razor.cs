using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>
/// <c>/console/articles/{id}</c>: one article's draft, and what is done with it. Whoever saves over somebody else's change is asked first.
/// </summary>
public sealed partial class ArticleDesk
{
    private OpenDraft? _open, _asked;
    private IReadOnlyList<SectionItem> _sections = [];
    private string? _done;
    private Guid? _begun;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private UnsavedText? _browser;
    private KeptText? _found;
    private Question? _question;
    private DateTimeOffset? _savedAt;
    private string _key = "";
    private string? _recalled;
    private bool _typing, _saving, _isGone;

    /// <summary>How often the draft is saved by itself while it changes: each time is a version in its history.</summary>
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

    private bool IsUnsaved => _typing || _open?.Form.IsChanged == true;

    protected override async Task OnParametersSetAsync()
    {
        // Parameters are set again while the draft is on its way: read twice, the second would take what was typed into the first.
        if (_asked is not null && _asked.Id == Id) return;
        var open = _asked = new OpenDraft(Desk, Id);
        if (_sections.Count == 0) _sections = (await Desk.Get<Listed<SectionItem>>("/api/sections")).Value?.Items ?? [];
        await open.Read(_sections.Count > 0 ? _sections[0].Key : "");
        var person = (await Session).User.FindFirst("sub")?.Value ?? "";
        if (_asked == open)
        {
            var savedAt = open.Id is not null && open.Id == _begun ? _savedAt : null;
            (_open, _found, _question, _savedAt) = (open, null, null, savedAt);
            _key = $"{Uri.EscapeDataString(person)}:{Id?.ToString() ?? "new"}";
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_open is not { Missing: null } || _recalled == _key) return;
        _recalled = _key;
        await Recall();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _isGone = true;
        return _browser?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Their change is taken, and what was written here is given up.</summary>
    private async Task Load()
    {
        var mark = await Reported();
        await _open!.Read(_open.Form.Section);
        await InBrowser.Forget(_key, mark);
    }

    // A field reports its text only when the editor leaves it. Until then the text exists in the browser alone, and a reload would
    // discard it.
    private void BeginTyping() => (_typing, _done) = (true, null);

    private void EndTyping() => _typing = false;

    private Task<bool> Save() => InTurn(SaveNow);

    private Task<bool> Do(Deed deed) => InTurn(() => DoNow(deed));

    private async Task<bool> DoNow(Deed deed)
    {
        _question = null;
        if (await Collect() && !await SaveNow()) return false;
        if (_open!.View?.PublishedAt is null || deed.Path is not ("publish" or "schedule"))
            return await Sent(HttpMethod.Post, $"{Id}/{deed.Path}", deed.Body, deed.Done);
        _question = new(deed, _open.Version, await _open.Changes());
        return false;
    }

    /// <summary>The editor has seen what readers will see change; what changed after that is shown first.</summary>
    private Task<bool> Confirm() => InTurn(async () =>
    {
        var (deed, version, _) = _question!;
        if (await Collect() || _open!.Version != version) return await DoNow(deed);
        _question = null;
        return await Sent(HttpMethod.Post, $"{Id}/{deed.Path}", deed.Body, deed.Done);
    });

    private async Task SaveItself()
    {
        if (_open is not { MaySaveItself: true } open || _found is not null) return;
        await InTurn(async () =>
        {
            var mark = await Reported();
            return !_isGone && open == _open && open.MustSaveItself && await Saved(open.SaveItself, mark);
        });
    }

    private async Task<bool> SaveNow()
    {
        var mark = await Reported();
        var id = Id ?? (_begun ??= Guid.CreateVersion7(Clock.GetUtcNow()));
        if (!await Saved(() => Sent(HttpMethod.Put, $"{id}", _open!.Form.Request(), D["Saved"]), mark)) return false;
        if (Id is null) Navigation.NavigateTo($"articles/{id}", replace: true);
        return true;
    }

    /// <summary>Whether the form, with what is being typed, has changes that are not stored.</summary>
    private async Task<bool> Collect()
    {
        await Reported();
        return _open!.Form.IsChanged;
    }

    private async Task<bool> Saved(Func<Task<bool>> save, long? mark)
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

    /// <summary>One at a time: a save that overtakes another would find a version that it does not know.</summary>
    private async Task<bool> InTurn(Func<Task<bool>> deed)
    {
        await _turn.WaitAsync();
        try
        {
            return await deed();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<bool> Sent(HttpMethod method, string path, object? body, string done) =>
        (_done = await _open!.Send(method, path, body) ? done : null) is not null;

    private Task<bool> Overwrite()
    {
        _open!.TakeOver();
        return Save();
    }

    private async Task Leave(LocationChangingContext leaving)
    {
        if (IsUnsaved && !await Browser.InvokeAsync<bool>("confirm", D["LeaveUnsaved"].Value)) leaving.PreventNavigation();
    }

    private async Task<long?> Reported()
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
        await Answered();
    }

    private async Task Discard()
    {
        await InBrowser.Discard(_key, _found!);
        await Answered();
    }

    private Task Answered()
    {
        _found = null;
        return Recall();
    }

    /// <summary>
    /// What an editor is asked before readers see a change: the deed, and what changes by it at that version of the draft.
    /// </summary>
    private sealed record Question(Deed Deed, string? Version, Answer<DiffView> Changes);
}
