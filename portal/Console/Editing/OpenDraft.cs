using System.Net;
using Platform.Web;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>
/// The draft that is open in the editor, or a new one. After a save the draft is read again, because the service sanitises it. If somebody
/// else has changed the draft in the meantime, <c>Conflict</c> holds that change and <c>Merge</c> compares both texts. Steps of the review
/// that left the text as it is are no conflict.
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
    /// <summary>The text of this page and the stored text, if they could be compared.</summary>
    public DraftMerge? Merge { get; private set; }

    /// <summary>Counts how often the draft was loaded. Components that depend on a load use it as their key.</summary>
    public int LoadCount { get; private set; }
    /// <summary>The reason why the last automatic save failed; null if it succeeded.</summary>
    public Refused? NotSaved { get; private set; }
    private string? _rejected;
    private Answer<DraftView>? _theirs;

    /// <summary>The number of the version on which this page is based. After a restore of the store its tag also has the epoch.</summary>
    public long VersionNumber => Version is not null && EntityTag.TryParse(Version, out var number, out _) ? number : 0;

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
        (Form, Refused) = (View is null ? new ArticleForm { Section = section }.MarkStored() : ArticleForm.Of(View.Draft), null);
        EndConflict();
    }

    /// <summary>Sends a request and returns whether it succeeded.</summary>
    public async Task<bool> Send(HttpMethod method, string path, object? body)
    {
        var sent = await desk.Send<object>(method, $"/api/articles/{path}", body, Version);
        var isStale = sent.Status == HttpStatusCode.PreconditionFailed;
        if (isStale && Rebase(await Stored()))
        {
            // A save is repeated. Before any other action, the person should see what colleagues have done.
            if (method == HttpMethod.Put) sent = await desk.Send<object>(method, $"/api/articles/{path}", body, Version);
            isStale = method == HttpMethod.Put && sent.Status == HttpStatusCode.PreconditionFailed;
        }
        Refused = sent.Refused;
        EndConflict();
        if (isStale) await FindConflict();
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
        var now = sent.Refused is null || sent.Status == HttpStatusCode.PreconditionFailed ? await Stored() : null;
        // An earlier attempt may have been stored although its response was lost.
        var isOurChange = now?.Value is { } draft && Form.IsStored(serialized, draft.Draft);
        if (sent.Refused is not null && !isOurChange)
        {
            if (now is not null && Rebase(now)) return await AutoSave();
            (NotSaved, _rejected) = (sent.Refused, sent.Refused.IsLasting ? serialized : null);
            if (sent.Status != HttpStatusCode.PreconditionFailed) return false;
            Refused = sent.Refused;
            await FindConflict();
            return false;
        }
        Form.MarkStored(serialized);
        (Refused, NotSaved, _rejected) = (null, null, null);
        EndConflict();
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
                return await desk.Get<DiffView>($"/api/articles/{id}/diff?from={shown.Version}&to={VersionNumber}");
            if ((cursor = page.Next) is null) return new(null, HttpStatusCode.NotFound, null, []);
        }
    }

    /// <summary>Bases the draft on the conflicting version, so that the next save overwrites it.</summary>
    public void AcceptConflict() => Version = _theirs?.ETag ?? $"\"{Conflict!.Version}\"";

    /// <summary>
    /// Takes the merged text into the form, based on the conflicting version. It is not saved yet. If the form has changed since the texts
    /// were compared, they are compared again, and the result is false.
    /// </summary>
    public bool TakeMerged()
    {
        if (!Merge!.IsCurrent)
        {
            Merge = DraftMerge.Of(View!.Draft, Form, _theirs!.Value!.Draft);
            return false;
        }
        Merge.Apply();
        (View, Version, Refused, NotSaved, _rejected) = (_theirs!.Value, _theirs.ETag, null, null, null);
        Form.MarkStored(ArticleForm.Of(View!.Draft).Serialized);
        LoadCount++;
        EndConflict();
        return true;
    }

    private void EndConflict() => (Conflict, Merge, _theirs) = (null, null, null);

    private Task<Answer<DraftView>> Stored() => desk.Get<DraftView>($"/api/articles/{id}/draft");

    /// <summary>
    /// Bases the draft on the stored version if its text is that on which this page is based: colleagues have only reviewed or assigned
    /// the article. Returns false if the texts differ.
    /// </summary>
    private bool Rebase(Answer<DraftView> stored)
    {
        if (View is null || stored.Value is not { } theirs
            || ArticleForm.Of(theirs.Draft).Serialized != ArticleForm.Of(View.Draft).Serialized) return false;
        (View, Version) = (theirs, stored.ETag);
        LoadCount++;
        return true;
    }

    /// <summary>Finds the last change of the text by somebody else, and compares both texts.</summary>
    private async Task FindConflict()
    {
        var (history, stored) = (await desk.Get<Listed<HistoryItem>>($"/api/articles/{id}/history?limit=20"), await Stored());
        Conflict = history.Value?.Items.FirstOrDefault(i => i.Titles is not null) ?? history.Value?.Items[0];
        if (View is null || stored.Value is not { } theirs) return;
        (_theirs, Merge) = (stored, DraftMerge.Of(View.Draft, Form, theirs.Draft));
    }
}
