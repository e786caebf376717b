using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Console.Parts;
using Portal.Reader;

namespace Portal.Console.Moderation;

/// <summary><c>/console/moderation</c>: comments that wait, that readers flagged, that were hidden; one by one, many at once, or by keys.</summary>
public sealed partial class QueueDesk
{
    private static readonly string[] Queues = ["held", "flagged", "hidden"];

    private readonly Dictionary<Guid, string> _titles = [];
    private readonly HashSet<Guid> _chosen = [];
    private Dictionary<Guid, Place> _rows = [];
    private Reply<Listed<QueueRow>>? _page;
    private Reply? _refused;
    private IReadOnlyList<string> _outcomes = [];
    private string? _done;
    private string _queue = "held", _reason = "";
    private int? _focus;

    [SupplyParameterFromQuery] public string? Queue { get; set; }
    [SupplyParameterFromQuery] public string? Cursor { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;

    private sealed class Place { public QueueComment? Component { get; set; } }

    private string[] Deeds => _queue switch { "held" => ["approve", "hide"], "flagged" => ["keep", "hide"], _ => ["restore"] };

    protected override async Task OnParametersSetAsync()
    {
        (_queue, _done, _outcomes, _refused) = (Queues.Contains(Queue) ? Queue! : "held", null, [], null);
        await Load();
    }

    /// <summary>Whoever works by keys goes on where they were.</summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is not { } at || _rows.Count == 0) return;
        _focus = null;
        if (_rows.Values.ElementAt(Math.Min(at, _rows.Count - 1)).Component is { } row) await row.Focus();
    }

    private async Task Load()
    {
        var page = _queue == "flagged"
            ? (await Desk.Get<Listed<FlaggedItem>>("/api/moderation/flags")).With(f => new Listed<QueueRow>([.. f.Items.Select(i => new QueueRow(i.Comment, i.Flags, i.Reasons))]))
            : (await Desk.Get<Listed<ModerationItem>>(Url.With("/api/moderation/comments", ("status", _queue), ("cursor", Cursor)))).With(c => new Listed<QueueRow>([.. c.Items.Select(i => new QueueRow(i, 0, []))], c.Next));
        foreach (var article in page.Value?.Items.Select(r => r.Comment.ArticleId).Distinct().Where(a => !_titles.ContainsKey(a)) ?? [])
            _titles[article] = (await Desk.Get<ArticleItem>($"/api/articles/{article}?lang={CultureInfo.CurrentUICulture.TwoLetterISOLanguageName}")).Value?.Title ?? $"{article}";
        (_page, _rows) = (page, page.Value?.Items.ToDictionary(r => r.Comment.Id, _ => new Place()) ?? []);
        _chosen.Clear();
    }

    private void Choose(Guid id)
    {
        if (!_chosen.Remove(id)) _chosen.Add(id);
    }

    private void ChooseAll(bool all)
    {
        _chosen.Clear();
        if (all) _chosen.UnionWith(_rows.Keys);
    }

    private async Task Step(Guid from, int by)
    {
        var at = _rows.Keys.ToList().IndexOf(from) + by;
        if (at >= 0 && at < _rows.Count && _rows.Values.ElementAt(at).Component is { } row) await row.Focus();
    }

    /// <summary>Each is decided for itself; of those that were refused it is said why.</summary>
    private async Task Do(string deed, params Guid[] ids)
    {
        if (deed == "keep") _refused = await Keep(ids);
        else
        {
            var bulk = await Desk.Send<Listed<BulkItem>>(HttpMethod.Post, "/api/moderation/comments/bulk", new { action = deed, ids, reason = _reason.Length == 0 ? null : _reason });
            (_refused, _outcomes) = (bulk, [.. bulk.Value?.Items.Where(i => i.Outcome == "refused").Select(i => i.Why ?? "") ?? []]);
        }
        _done = _refused.IsWell ? D[$"Done.{deed}", ids.Length - _outcomes.Count] : null;
        if (!_refused.IsWell) return;
        if (ids is [var only]) _focus = _rows.Keys.ToList().IndexOf(only);
        await Load();
    }

    private async Task<Reply> Keep(Guid[] ids)
    {
        Reply last = null!;
        foreach (var id in ids)
            if (!(last = await Desk.Send(HttpMethod.Post, $"/api/comments/{id}/keep")).IsWell) break;
        return last;
    }

    private async Task Ban(ModerationItem comment, string reason)
    {
        (_outcomes, _refused) = ([], await Desk.Send(HttpMethod.Put, $"/api/moderation/bans/{comment.EmailHash}", new { reason }));
        _done = _refused.IsWell ? D["Banned", comment.Author] : null;
    }
}
