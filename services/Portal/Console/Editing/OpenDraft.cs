using System.Net;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>
/// An article's draft as it was last read, or a new one, and what is sent of it. What was taken is read again, as it was cleaned; what
/// came too late is explained (<c>Conflict</c>).
/// </summary>
public sealed class OpenDraft(Desk desk, Guid? id)
{
    public Guid? Id => id;
    public ArticleForm Form { get; private set; } = new();
    public DraftView? View { get; private set; }
    public string? Version { get; private set; }
    /// <summary>Why there is no draft to be read.</summary>
    public Refused? Missing { get; private set; }
    public Refused? Refused { get; private set; }
    /// <summary>The change of somebody else that this draft knows nothing of.</summary>
    public HistoryItem? Conflict { get; private set; }

    /// <summary>How often the form was filled: what belongs to one filling of it is made anew with the next.</summary>
    public int Readings { get; private set; }
    /// <summary>Why the last attempt to save it by itself failed; null if it did not.</summary>
    public Refused? NotSaved { get; private set; }
    private string? _refusedWords;

    /// <summary>
    /// Whether it may be saved by itself: there is an article, nobody else has changed it, and what is saved waits for an editor. The draft
    /// of a scheduled article does not: it is shown to readers at its time, as it stands then.
    /// </summary>
    public bool MaySaveItself => View is { ScheduledFor: null } && Version is not null && Conflict is null;

    /// <summary>Whether there is something to save that was not refused already.</summary>
    public bool MustSaveItself => MaySaveItself && Form.IsChanged && Form.Words != _refusedWords;

    public async Task Read(string section)
    {
        Readings++;
        NotSaved = null;
        var draft = id is null ? null : await desk.Get<DraftView>($"/api/articles/{id}/draft");
        (View, Version, Missing) = (draft?.Value, draft?.ETag, draft?.Refused);
        (Form, Conflict, Refused) =
            (View is null ? new ArticleForm { Section = section }.Stored() : ArticleForm.Of(View.Draft), null, null);
    }

    /// <summary>Whether it was taken.</summary>
    public async Task<bool> Send(HttpMethod method, string path, object? body)
    {
        var sent = await desk.Send<object>(method, $"/api/articles/{path}", body, Version);
        (Refused, Conflict) = (sent.Refused, null);
        if (sent.Status == HttpStatusCode.PreconditionFailed) Conflict = await Newest();
        if (Refused is not null) return false;
        if (id is null) Form.Stored();
        else await Read(Form.Section);
        return true;
    }

    /// <summary>
    /// Saves what the form says and leaves the form as it is, since somebody is writing in it. It changes the draft only, never what
    /// readers see, and only the version that was read: what somebody else changed meanwhile becomes a <see cref="Conflict"/>. What was
    /// refused is not sent again until it has changed. Whether it was saved.
    /// </summary>
    public async Task<bool> SaveItself()
    {
        if (!MustSaveItself) return false;
        var words = Form.Words;
        var sent = await desk.Send<object>(HttpMethod.Put, $"/api/articles/{id}", Form.Request(), Version);
        var now = sent.Refused is null || sent.Status == HttpStatusCode.PreconditionFailed
            ? await desk.Get<DraftView>($"/api/articles/{id}/draft")
            : null;
        // The answer to an earlier attempt may have been lost, after the service had stored it.
        var isOurs = now?.Value is { } draft && Form.IsStored(words, draft.Draft);
        if (sent.Refused is not null && !isOurs)
        {
            (NotSaved, _refusedWords) = (sent.Refused, sent.Refused.IsLasting ? words : null);
            if (sent.Status == HttpStatusCode.PreconditionFailed) (Refused, Conflict) = (sent.Refused, await Newest());
            return false;
        }
        Form.Stored(words);
        (Refused, NotSaved, _refusedWords) = (null, null, null);
        Version = sent.Refused is null ? sent.ETag ?? now?.ETag : now!.ETag;
        View = now?.Value ?? View;
        return true;
    }

    /// <summary>What differs between what readers saw last and the draft as it is stored.</summary>
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

    private async Task<HistoryItem?> Newest() =>
        (await desk.Get<Listed<HistoryItem>>($"/api/articles/{id}/history?limit=1")).Value?.Items[0];

    /// <summary>Their change was seen: what is sent next is meant to stand over it.</summary>
    public void TakeOver() => Version = $"\"{Conflict!.Version}\"";
}
