using System.Net;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>
/// The draft that is open in the editor, or a new one. After a save the draft is read again, because the service sanitises it. If somebody
/// else has changed the draft in the meantime, <c>Conflict</c> holds that change.
/// </summary>
public sealed class OpenDraft(Desk desk, Guid? id)
{
    public Guid? Id => id;
    public ArticleForm Form { get; private set; } = new();
    public DraftView? View { get; private set; }
    public string? Version { get; private set; }
    /// <summary>The reason why the draft could not be read.</summary>
    public Refused? Missing { get; private set; }
    public Refused? Refused { get; private set; }
    /// <summary>A change by somebody else that this draft is not based on.</summary>
    public HistoryItem? Conflict { get; private set; }

    /// <summary>Counts how often the draft was loaded. Components that depend on a load use it as their key.</summary>
    public int LoadCount { get; private set; }
    /// <summary>The reason why the last automatic save failed; null if it succeeded.</summary>
    public Refused? NotSaved { get; private set; }
    private string? _rejected;

    /// <summary>
    /// Whether the draft may be saved automatically: the article exists, nobody else has changed it, and it is not scheduled. A scheduled
    /// article is published with the draft as it is at that time, so an automatic save could publish unfinished text.
    /// </summary>
    public bool CanAutoSave => View is { ScheduledFor: null } && Version is not null && Conflict is null;

    /// <summary>Whether there are changes to save that were not rejected already.</summary>
    public bool NeedsAutoSave => CanAutoSave && Form.IsChanged && Form.Serialized != _rejected;

    public async Task Read(string section)
    {
        LoadCount++;
        NotSaved = null;
        var draft = id is null ? null : await desk.Get<DraftView>($"/api/articles/{id}/draft");
        (View, Version, Missing) = (draft?.Value, draft?.ETag, draft?.Refused);
        (Form, Conflict, Refused) =
            (View is null ? new ArticleForm { Section = section }.MarkStored() : ArticleForm.Of(View.Draft), null, null);
    }

    /// <summary>Sends a request and returns whether it succeeded.</summary>
    public async Task<bool> Send(HttpMethod method, string path, object? body)
    {
        var sent = await desk.Send<object>(method, $"/api/articles/{path}", body, Version);
        (Refused, Conflict) = (sent.Refused, null);
        if (sent.Status == HttpStatusCode.PreconditionFailed) Conflict = await LatestVersion();
        if (Refused is not null) return false;
        if (id is null) Form.MarkStored();
        else await Read(Form.Section);
        return true;
    }

    /// <summary>
    /// Saves the draft automatically and does not touch the form, because somebody is typing in it. It changes the draft only, never the
    /// published version. If somebody else has changed the draft, the result is a <see cref="Conflict"/>. Rejected content is not sent
    /// again until it changes. Returns whether the draft was saved.
    /// </summary>
    public async Task<bool> AutoSave()
    {
        if (!NeedsAutoSave) return false;
        var serialized = Form.Serialized;
        var sent = await desk.Send<object>(HttpMethod.Put, $"/api/articles/{id}", Form.Request(), Version);
        var now = sent.Refused is null || sent.Status == HttpStatusCode.PreconditionFailed
            ? await desk.Get<DraftView>($"/api/articles/{id}/draft")
            : null;
        // An earlier attempt may have been stored although its response was lost.
        var isOurChange = now?.Value is { } draft && Form.IsStored(serialized, draft.Draft);
        if (sent.Refused is not null && !isOurChange)
        {
            (NotSaved, _rejected) = (sent.Refused, sent.Refused.IsLasting ? serialized : null);
            if (sent.Status == HttpStatusCode.PreconditionFailed) (Refused, Conflict) = (sent.Refused, await LatestVersion());
            return false;
        }
        Form.MarkStored(serialized);
        (Refused, NotSaved, _rejected) = (null, null, null);
        Version = sent.Refused is null ? sent.ETag ?? now?.ETag : now!.ETag;
        View = now?.Value ?? View;
        return true;
    }

    /// <summary>The differences between the published version and the stored draft.</summary>
    public async Task<Answer<DiffView>> Changes()
    {
        for (string? cursor = null; ;)
        {
            var history = await desk.Get<Listed<HistoryItem>>(
                Url.With($"/api/articles/{id}/history", ("limit", "100"), ("cursor", cursor)));
            if (history.Value is not { } page) return new(null, history.Status, history.Problem, []);
            if (page.Items.FirstOrDefault(i => i.What is "published" or "revised" or "corrected") is { } shown)
                return await desk.Get<DiffView>($"/api/articles/{id}/diff?from={shown.Version}&to={Version!.Trim('"')}");
            if ((cursor = page.Next) is null) return new(null, HttpStatusCode.NotFound, null, []);
        }
    }

    private async Task<HistoryItem?> LatestVersion() =>
        (await desk.Get<Listed<HistoryItem>>($"/api/articles/{id}/history?limit=1")).Value?.Items[0];

    /// <summary>Bases the draft on the conflicting version, so that the next save overwrites it.</summary>
    public void AcceptConflict() => Version = $"\"{Conflict!.Version}\"";
}
