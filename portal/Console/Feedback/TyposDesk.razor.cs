using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Feedback;

/// <summary><c>/console/typos</c>: mistakes that readers have reported, oldest first.</summary>
public sealed partial class TyposDesk
{
    private static readonly string[] Statuses = ["open", "accepted", "rejected", "closed"];

    private Answer<Listed<TypoItem>>? _page;
    private string _status = "open";

    [SupplyParameterFromQuery] public string? Status { get; set; }
    [SupplyParameterFromQuery] public string? Article { get; set; }
    [SupplyParameterFromQuery] public string? Cursor { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        _status = Statuses.Contains(Status) ? Status! : "open";
        _page = await Desk.Get<Listed<TypoItem>>(
            Url.With("/api/feedback/typos", ("status", _status), ("article", Article), ("cursor", Cursor)));
    }
}
