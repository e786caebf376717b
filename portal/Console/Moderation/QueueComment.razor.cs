using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Portal.Console.Moderation;

/// <summary>
/// One comment of a queue. Moderators can open its context and history. The keyboard shortcuts work while the comment itself has the focus.
/// </summary>
public sealed partial class QueueComment
{
    private ElementReference _element;
    private bool _open;
    private string _reason = "";
    private Answer<CommentPlace>? _parent;
    private Answer<CommentHistory>? _history;

    [Parameter, EditorRequired] public required QueueRow Row { get; set; }
    [Parameter] public string? Title { get; set; }
    [Parameter, EditorRequired] public required IReadOnlyList<string> Actions { get; set; }
    [Parameter] public bool Chosen { get; set; }
    [Parameter, EditorRequired] public required EventCallback Choose { get; set; }
    [Parameter, EditorRequired] public required EventCallback<string> Do { get; set; }
    [Parameter, EditorRequired] public required EventCallback<string> Ban { get; set; }
    /// <summary>Moves the focus to the next comment (1) or the previous one (-1).</summary>
    [Parameter, EditorRequired] public required EventCallback<int> Step { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;

    public ValueTask Focus() => _element.FocusAsync();

    private async Task Open()
    {
        _open = !_open;
        if (!_open || _history is not null) return;
        if (Row.Comment.ParentId is { } parent) _parent = await Desk.Get<CommentPlace>($"/api/comments/{parent}");
        _history = await Desk.Get<CommentHistory>($"/api/moderation/comments/{Row.Comment.Id}");
    }

    private Task Key(KeyboardEventArgs key) => key switch
    {
        { CtrlKey: true } or { AltKey: true } or { MetaKey: true } => Task.CompletedTask,
        { Code: "KeyJ" } => Step.InvokeAsync(1),
        { Code: "KeyK" } => Step.InvokeAsync(-1),
        { Code: "KeyX" } => Choose.InvokeAsync(),
        { Code: "KeyO" } => Open(),
        { Code: "KeyA" } => Do.InvokeAsync(Actions[0]),
        _ => Task.CompletedTask,
    };
}
