using Microsoft.JSInterop;

namespace Portal.Console.Editing;

/// <summary>
/// Unsaved text that another page of this browser has stored: the slot of that page, the time, and the version of the draft that the text
/// was based on.
/// </summary>
public sealed record KeptText(string Slot, DateTimeOffset At, string? Version, IReadOnlyList<string> Fields)
{
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// Calls the script that keeps unsaved text in the browser (unsaved.js). If the script does not respond, because the connection is lost or
/// the file did not load, saving continues without it and the text stays in the browser.
/// </summary>
public sealed partial class UnsavedText(IJSRuntime browser, string script, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan ScriptTimeout = TimeSpan.FromSeconds(5);
    private IJSObjectReference? _module;

    /// <summary>
    /// Makes the focused field report its text to the form. Returns a mark that stands for everything that was typed until now.
    /// </summary>
    public Task<long?> Report() => Ask<long?>("report");

    /// <summary>Deletes the text that was typed up to the mark, because it is stored in the service.</summary>
    public async Task Forget(string key, long? mark)
    {
        if (mark is not null) await Ask<object>("forget", key, mark);
    }

    /// <summary>Unsaved text of this article that differs from the form; null if there is none.</summary>
    public async Task<KeptText?> Recall(string key, ArticleForm form)
    {
        while (await Ask<KeptText>("recall", key) is { } kept)
        {
            var texts = new Dictionary<string, string>();
            foreach (var field in kept.Fields)
                if (await Ask<string>("text", key, kept.Slot, field) is { } text) texts[field] = text;
            if (texts.Count < kept.Fields.Count) return null; // the connection was lost; the text is offered next time
            if (texts.Any(t => form[t.Key] is { } now && now != t.Value)) return kept with { Texts = texts };
            await Discard(key, kept);
        }
        return null;
    }

    /// <summary>Moves the text to the slot of this page, after it was copied into the form.</summary>
    public Task Adopt(string key, KeptText kept) => Ask<object>("adopt", key, kept.Slot);

    public Task Discard(string key, KeptText kept) => Ask<object>("discard", key, kept.Slot);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException e)
        {
            LogNoAnswer(e); // the page was closed, and its module with it
        }
    }

    private async Task<T?> Ask<T>(string question, params object?[] arguments)
    {
        try
        {
            _module ??= await browser.InvokeAsync<IJSObjectReference>("import", ScriptTimeout, script);
            return await _module.InvokeAsync<T>(question, ScriptTimeout, arguments);
        }
        catch (Exception e) when (NoAnswer.Is(e))
        {
            LogNoAnswer(e);
            return default;
        }
    }

    [LoggerMessage(LogLevel.Information, "The browser did not respond to a request of the article editor about unsaved text")]
    private partial void LogNoAnswer(Exception e);
}
