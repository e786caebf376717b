using Microsoft.AspNetCore.Components;

namespace Portal.Console.Feedback;

/// <summary>
/// One reported passage in its sentence, and the editor's decision. An accepted report is polled until the article is corrected.
/// </summary>
public sealed partial class TypoCard
{
    private TypoItem _typo = null!;
    private Refused? _refused;
    private string _replacement = "", _note = "", _reason = "";

    [Parameter, EditorRequired] public required TypoItem Typo { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;

    private string? Progress => _typo.Status switch
    {
        "accepted" => D["Correcting", _typo.Replacement ?? ""].Value,
        "closed" => D[$"Outcome.{_typo.Outcome}"].Value,
        _ => null,
    };

    protected override void OnInitialized() => (_typo, _replacement) = (Typo, Typo.Selection);

    private Task Accept() => Send("accept", new { replacement = _replacement, note = string.IsNullOrWhiteSpace(_note) ? null : _note });

    private Task Decline() => Send("reject", new { reason = _reason });

    private Task Reopen() => Send("reopen", null);

    private async Task Send(string action, object? body)
    {
        _refused =
            (await Desk.Send<object>(HttpMethod.Post, $"/api/feedback/typos/{Typo.Id}/{action}", body, $"\"{_typo.Version}\"")).Refused;
        await Reload();
    }

    private async Task Reload() => _typo = (await Desk.Get<TypoItem>($"/api/feedback/typos/{Typo.Id}")).Value ?? _typo;
}
