using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Feedback;

/// <summary><c>/console/typos</c>: mistakes that readers reported, the longest waiting first. What was accepted is watched until the article says so.</summary>
public sealed partial class TyposDesk
{
    private static readonly string[] Statuses = ["open", "accepted", "rejected", "closed"];
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _left = new();
    private Answer<Listed<TypoItem>>? _page;
    private string _status = "open";

    [SupplyParameterFromQuery] public string? Status { get; set; }
    [SupplyParameterFromQuery] public string? Cursor { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private TimeProvider Clock { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        _status = Statuses.Contains(Status) ? Status! : "open";
        _page = await Desk.Get<Listed<TypoItem>>(Url.With("/api/feedback/typos", ("status", _status), ("cursor", Cursor)));
    }

    /// <summary>The report, again and again until it is no longer on its way to the article, or as long as anybody waits.</summary>
    private async IAsyncEnumerable<TypoItem> Watch(Guid id)
    {
        using var pause = new PeriodicTimer(Pause, Clock);
        var since = Clock.GetTimestamp();
        do
        {
            if ((await Desk.Get<TypoItem>($"/api/feedback/typos/{id}", _left.Token)).Value is not { } now) continue;
            yield return now;
            if (now.Status != "accepted") yield break;
        }
        while (Clock.GetElapsedTime(since) < Longest && await pause.WaitForNextTickAsync(_left.Token));
    }

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }
}
