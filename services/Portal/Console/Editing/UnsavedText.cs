using Microsoft.JSInterop;

namespace Portal.Console.Editing;

/// <summary>Text that another page of this browser kept (<c>Slot</c>), when, and on which version of the draft it was written.</summary>
public sealed record KeptText(string Slot, DateTimeOffset At, string? Version, IReadOnlyList<string> Fields)
{
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// What keeps unsaved text in the browser (unsaved.js). Without an answer (a lost connection, a file that did not load) saving goes on,
/// and the text stays in the browser.
/// </summary>
public sealed partial class UnsavedText(IJSRuntime browser, string script, ILogger log) : IAsyncDisposable
{
    /// <summary>How long the browser may take to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private IJSObjectReference? _module;

    /// <summary>The field that is being typed in reports its text to the form. The mark stands for all that was typed until now.</summary>
    public Task<long?> Report() => Ask<long?>("report");

    /// <summary>What was typed up to the mark is stored.</summary>
    public async Task Forget(string key, long? mark)
    {
        if (mark is not null) await Ask<object>("forget", key, mark);
    }

    /// <summary>Text of this article that was never saved; what the form says already is no such text.</summary>
    public async Task<KeptText?> Recall(string key, ArticleForm form)
    {
        while (await Ask<KeptText>("recall", key) is { } kept)
        {
            var texts = new Dictionary<string, string>();
            foreach (var field in kept.Fields)
                if (await Ask<string>("text", key, kept.Slot, field) is { } text) texts[field] = text;
            if (texts.Count < kept.Fields.Count) return null; // The connection broke; it is offered the next time.
            if (texts.Any(t => form[t.Key] is { } now && now != t.Value)) return kept with { Texts = texts };
            await Discard(key, kept);
        }
        return null;
    }

    /// <summary>The text is in the form again, and unsaved there.</summary>
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
            LogNoAnswer(e); // The browser has gone, and the module with it.
        }
    }

    private async Task<T?> Ask<T>(string question, params object?[] arguments)
    {
        try
        {
            _module ??= await browser.InvokeAsync<IJSObjectReference>("import", Patience, script);
            return await _module.InvokeAsync<T>(question, Patience, arguments);
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or TaskCanceledException or ObjectDisposedException)
        {
            LogNoAnswer(e);
            return default;
        }
    }

    [LoggerMessage(LogLevel.Information, "The browser did not answer the article editor about unsaved text")]
    private partial void LogNoAnswer(Exception e);
}
