using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Feedback;

/// <summary><c>/console/tickets</c>: messages to the editors. The sender and the text are shown only on the page of each message.</summary>
public sealed partial class TicketsDesk
{
    private static readonly string[] Statuses = ["open", "answered", "closed"];

    private Answer<Listed<TicketItem>>? _page;
    private string _status = "open";

    [SupplyParameterFromQuery] public string? Status { get; set; }
    [SupplyParameterFromQuery] public string? Cursor { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        _status = Statuses.Contains(Status) ? Status! : "open";
        _page = await Desk.Get<Listed<TicketItem>>(Url.With("/api/feedback/messages", ("status", _status), ("cursor", Cursor)));
    }
}
