using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Media;

/// <summary>
/// <c>/console/media</c>: the media library. Pictures are uploaded by drag, paste or file. The filter is part of the address.
/// </summary>
public sealed partial class MediaDesk
{
    private Answer<Listed<Picture>>? _page;
    private string _q = "";
    private bool _unused;

    [SupplyParameterFromQuery] public string? Q { get; set; }
    [SupplyParameterFromQuery] public string? Unused { get; set; }
    [SupplyParameterFromQuery] public string? Cursor { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override Task OnParametersSetAsync()
    {
        (_q, _unused) = (Q ?? "", Unused == "true");
        return Load();
    }

    private async Task Load() => _page = await Desk.Get<Listed<Picture>>(
        Url.With("/api/media", ("q", Q?.Trim()), ("unused", Unused == "true" ? "true" : null), ("cursor", Cursor)));

    private void Filter() => Navigation.NavigateTo(Url.With("media", ("q", _q.Trim()), ("unused", _unused ? "true" : null)));
}
