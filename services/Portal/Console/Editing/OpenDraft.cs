using System.Net;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary>An article's draft as it was last read, or a new one, and what is sent of it. What was taken is read again, as it was cleaned; what came too late is explained (<c>Conflict</c>).</summary>
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

    public async Task Read(string section)
    {
        var draft = id is null ? null : await desk.Get<DraftView>($"/api/articles/{id}/draft");
        (View, Version, Missing) = (draft?.Value, draft?.ETag, draft?.Refused);
        (Form, Conflict, Refused) = (View is null ? new ArticleForm { Section = section }.Stored() : ArticleForm.Of(View.Draft), null, null);
    }

    /// <summary>Whether it was taken.</summary>
    public async Task<bool> Send(HttpMethod method, string path, object? body)
    {
        var sent = await desk.Send<object>(method, $"/api/articles/{path}", body, Version);
        (Refused, Conflict) = (sent.Refused, null);
        if (sent.Status == HttpStatusCode.PreconditionFailed) Conflict = (await desk.Get<Listed<HistoryItem>>($"/api/articles/{id}/history?limit=1")).Value?.Items[0];
        if (Refused is not null) return false;
        if (id is null) Form.Stored();
        else await Read(Form.Section);
        return true;
    }

    /// <summary>Their change was seen: what is sent next is meant to stand over it.</summary>
    public void TakeOver() => Version = $"\"{Conflict!.Version}\"";
}
