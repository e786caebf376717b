using Microsoft.AspNetCore.Components;

namespace Portal.Console.Feedback;

/// <summary><c>/console/tickets/{id}</c>: one message, the answers to it and what became of their letters.</summary>
public sealed partial class TicketDesk
{
    private Answer<TicketItem>? _ticket;
    private Refused? _refused;
    private string? _done;
    private string _text = "";
    private Guid? _answer;

    [Parameter] public Guid Id { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private TimeProvider Clock { get; set; } = null!;

    protected override Task OnParametersSetAsync() => Load();

    private async Task Load() => _ticket = await Desk.Get<TicketItem>($"/api/feedback/messages/{Id}");

    /// <summary>Sent again after an answer that was lost, it is the same answer.</summary>
    private async Task Answer()
    {
        _answer ??= Guid.CreateVersion7(Clock.GetUtcNow());
        if (await Took(
            (await Desk.Send<object>(
                HttpMethod.Post, $"/api/feedback/messages/{Id}/answer", new { text = _text }, _ticket!.ETag, _answer)).Refused,
            D["AnswerSent"])) (_text, _answer) = ("", null);
    }

    private async Task Close() =>
        await Took((await Desk.Send<object>(HttpMethod.Post, $"/api/feedback/messages/{Id}/close")).Refused, D["TicketIsClosed"]);

    private async Task<bool> Took(Refused? refused, string done)
    {
        (_refused, _done) = (refused, refused is null ? done : null);
        await Load();
        return refused is null;
    }
}
