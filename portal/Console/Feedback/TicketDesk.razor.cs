using Microsoft.AspNetCore.Components;

namespace Portal.Console.Feedback;

/// <summary><c>/console/tickets/{id}</c>: one message, its answers and the delivery status of their e-mails.</summary>
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

    /// <summary>Sends the answer. The id is kept until it succeeds, so that a retry after a lost response is the same answer.</summary>
    private async Task Answer()
    {
        _answer ??= Guid.CreateVersion7(Clock.GetUtcNow());
        if (await Apply(
            (await Desk.Send<object>(
                HttpMethod.Post, $"/api/feedback/messages/{Id}/answer", new { text = _text }, _ticket!.ETag, _answer)).Refused,
            D["AnswerSent"])) (_text, _answer) = ("", null);
    }

    private async Task Close() =>
        await Apply((await Desk.Send<object>(HttpMethod.Post, $"/api/feedback/messages/{Id}/close")).Refused, D["TicketIsClosed"]);

    private async Task<bool> Apply(Refused? refused, string done)
    {
        (_refused, _done) = (refused, refused is null ? done : null);
        await Load();
        return refused is null;
    }
}
