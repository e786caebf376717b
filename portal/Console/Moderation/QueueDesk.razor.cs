using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Moderation;

/// <summary>
/// <c>/console/moderation</c>: the queues of held, flagged and hidden comments. Moderators search them, and decide on comments one by one,
/// in batches or with the keyboard.
/// </summary>
public sealed partial class QueueDesk
{
    private static readonly string[] Queues = ["held", "flagged", "hidden"];

    private readonly QueueRows _rows = new();
    private CommentQueue _comments = null!;
    private Answer<Listed<QueueRow>>? _page;
    private Refused? _refused;
    private IReadOnlyList<string> _outcomes = [];
    private string? _done;
    private string _queue = "held", _reason = "", _words = "";

    [SupplyParameterFromQuery] public string? Queue { get; set; }
    [SupplyParameterFromQuery] public string? Article { get; set; }
    [SupplyParameterFromQuery] public string? Cursor { get; set; }
    [SupplyParameterFromQuery] public string? Q { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private string[] Actions => _queue switch { "held" => ["approve", "hide"], "flagged" => ["keep", "hide"], _ => ["restore"] };

    protected override async Task OnParametersSetAsync()
    {
        _comments ??= new(Desk);
        (_queue, _words, _done, _outcomes, _refused) = (Queues.Contains(Queue) ? Queue! : "held", Q ?? "", null, [], null);
        await Load();
    }

    private void Search() =>
        Navigation.NavigateTo(Url.With("moderation", ("queue", _queue), ("article", Article), ("q", _words.Trim())));

    protected override Task OnAfterRenderAsync(bool firstRender) => _rows.RestoreFocus();

    private async Task Load()
    {
        var page = await _comments.Page(_queue, Article, Q, Cursor);
        _rows.Show(page.Value?.Items.Select(r => r.Comment.Id) ?? []);
        _page = page;
    }

    private async Task Do(string action, params Guid[] ids)
    {
        (_refused, _outcomes) = await _comments.Decide(action, ids, _reason);
        _done = _refused is null ? D[$"Done.{action}", ids.Length - _outcomes.Count].Value : null;
        if (_refused is not null) return;
        if (ids is [var only]) _rows.FocusAfterRemoval(only);
        await Load();
    }

    private async Task Ban(ModerationItem comment, string reason)
    {
        (_outcomes, _refused) = (
            [], (await Desk.Send<object>(HttpMethod.Put, $"/api/moderation/bans/{comment.EmailHash}", new { reason })).Refused);
        _done = _refused is null ? D["Banned", comment.Author].Value : null;
    }
}
