using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Console.Media;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>
/// The editor of a body in HTML. A script (portal/Editor) shows the text and writes changes into a hidden text field, which behaves like
/// any other field of the form. The same field, shown, is the editor of the source. A text with elements that the script would lose is only
/// shown as source.
/// </summary>
public sealed partial class RichText : IAsyncDisposable
{
    private enum Panel
    {
        None,
        Link,
        Picture,
    }

    private ElementReference _root;
    private IJSObjectReference? _module, _editor;
    private string _known = "", _address = "";
    private string? _notice, _description;
    private bool _isSource, _isRefused, _isDisposed;
    private Panel _panel;

    [Parameter, EditorRequired] public required string Lang { get; set; }
    [Parameter, EditorRequired] public required TextForm Text { get; set; }
    /// <summary>Whether the text was just converted from Markdown.</summary>
    [Parameter] public bool IsConverted { get; set; }
    /// <summary>Called after each change, so that the article's page can tell whether it has unsaved changes.</summary>
    [Parameter, EditorRequired] public required EventCallback Changed { get; set; }
    [Inject] private IJSRuntime Browser { get; set; } = null!;
    [Inject] private Files Files { get; set; } = null!;
    [Inject] private ILogger<RichText> Log { get; set; } = null!;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _known = Text.Body;
            _editor = await Load();
            if (_isDisposed) await DisposeAsync();
            else if (_editor is null) ShowSource(D["RichNotLoaded"]);
            else if (await Ask<bool?>("show", IsConverted) == false) ShowSource(D["RichUnsupported"]);
        }
        else if (_editor is not null && !_isSource && Text.Body != _known)
        {
            // The text was changed elsewhere: by the service, which sanitised it, by a merge, or by the recovery of unsaved text.
            _known = Text.Body;
            if (await Ask<bool?>("refresh") == false) ShowSource(D["RichUnsupported"]);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        try
        {
            if (_editor is not null)
            {
                await _editor.InvokeVoidAsync("close");
                await _editor.DisposeAsync();
            }
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (Exception e) when (NoAnswer.Is(e))
        {
            LogNoAnswer(Log, e); // the page was closed, and the editor with it
        }
    }

    private async Task<IJSObjectReference?> Load()
    {
        try
        {
            _module = await Browser.InvokeAsync<IJSObjectReference>("import", Files["site/editor.js"]);
            return await _module.InvokeAsync<IJSObjectReference>("open", _root);
        }
        catch (Exception e) when (NoAnswer.Is(e))
        {
            LogNoAnswer(Log, e);
            return null;
        }
    }

    private Task Raise()
    {
        _known = Text.Body;
        return Changed.InvokeAsync();
    }

    private void ShowSource(string? notice)
    {
        (_isSource, _notice, _panel) = (true, notice, Panel.None);
        StateHasChanged();
    }

    private async Task ToggleSource()
    {
        if (!_isSource)
        {
            await Tell("close");
            ShowSource(null);
            return;
        }
        if (_editor is null) return;
        _known = Text.Body;
        if (await Ask<bool?>("show", false) == true) (_isSource, _notice) = (false, null);
        else _notice = D["RichUnsupported"];
    }

    private async Task Toggle(Panel panel)
    {
        if (_panel == panel)
        {
            await ClosePanel();
            return;
        }
        if (panel == Panel.Link) _address = await Ask<string>("link") ?? "";
        else _description = await Ask<string>("description");
        (_panel, _isRefused) = (panel, false);
    }

    private Task ClosePanel()
    {
        _panel = Panel.None;
        return Tell("focus");
    }

    private async Task SetLink(LinkPanel.Link link)
    {
        _isRefused = await Ask<bool?>("setLink", link.Address, link.Text) == false;
        if (!_isRefused) _panel = Panel.None;
    }

    private Task RemoveLink()
    {
        _panel = Panel.None;
        return Tell("unsetLink");
    }

    private Task Describe(string description)
    {
        _panel = Panel.None;
        return Tell("describe", description);
    }

    private Task SetPicture(Picture picture)
    {
        _panel = Panel.None;
        return Tell(
            "setPicture", picture.Address, picture.Alt.GetValueOrDefault(Lang, ""), picture.Caption.GetValueOrDefault(Lang, ""));
    }

    private async Task Tell(string what, params object?[] arguments) => await Ask<object>(what, arguments);

    private async Task<T?> Ask<T>(string question, params object?[] arguments)
    {
        if (_editor is null) return default;
        try
        {
            return await _editor.InvokeAsync<T>(question, arguments);
        }
        catch (Exception e) when (NoAnswer.Is(e))
        {
            LogNoAnswer(Log, e);
            return default;
        }
    }

    [LoggerMessage(LogLevel.Information, "The browser did not respond to a request of the rich editor")]
    private static partial void LogNoAnswer(ILogger log, Exception e);
}
