using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Moderation;

/// <summary><c>/console/moderation</c>: comments that wait, that readers flagged, that were hidden; one by one, many at once, or by keys.</summary>
public sealed partial class QueueDesk
{
    private static readonly string[] Queues = ["held", "flagged", "hidden"];

    private readonly HashSet<Guid> _chosen = [];
    private Dictionary<Guid, Place> _rows = [];
    private CommentQueue _comments = null!;
    private Answer<Listed<QueueRow>>? _page;
    private Refused? _refused;
    private IReadOnlyList<string> _outcomes = [];
    private string? _done;
    private string _queue = "held", _reason = "";
    private int? _focus;

    [SupplyParameterFromQuery] public string? Queue { get; set; }
    [SupplyParameterFromQuery] public string? Article { get; set; }
    [SupplyParameterFromQuery] public string? Cursor { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;

    private sealed class Place { public QueueComment? Component { get; set; } }

    private string[] Deeds => _queue switch { "held" => ["approve", "hide"], "flagged" => ["keep", "hide"], _ => ["restore"] };

    protected override async Task OnParametersSetAsync()
    {
        _comments ??= new(Desk);
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
        var page = await _comments.Page(_queue, Article, Cursor);
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

    private async Task Do(string deed, params Guid[] ids)
    {
        (_refused, _outcomes) = await _comments.Decide(deed, ids, _reason);
        _done = _refused is null ? D[$"Done.{deed}", ids.Length - _outcomes.Count].Value : null;
        if (_refused is not null) return;
        if (ids is [var only]) _focus = _rows.Keys.ToList().IndexOf(only);
        await Load();
    }

    private async Task Ban(ModerationItem comment, string reason)
    {
        (_outcomes, _refused) = ([], (await Desk.Send<object>(HttpMethod.Put, $"/api/moderation/bans/{comment.EmailHash}", new { reason })).Refused);
        _done = _refused is null ? D["Banned", comment.Author].Value : null;
    }
}
