namespace Portal.Console.Moderation;

/// <summary>The comments on show: which of them are chosen, and where whoever works by keys is among them.</summary>
public sealed class QueueRows
{
    /// <summary>Where a comment is drawn.</summary>
    public sealed class Place { public QueueComment? Component { get; set; } }

    private readonly HashSet<Guid> _chosen = [];
    private Dictionary<Guid, Place> _places = [];
    private int? _next;

    public Place this[Guid id] => _places[id];
    public IReadOnlyCollection<Guid> Chosen => _chosen;

    /// <summary>Others are shown now; none is chosen.</summary>
    public void Show(IEnumerable<Guid> ids)
    {
        _places = ids.ToDictionary(id => id, _ => new Place());
        _chosen.Clear();
    }

    public void Choose(Guid id)
    {
        if (!_chosen.Remove(id)) _chosen.Add(id);
    }

    public void ChooseAll(bool all)
    {
        _chosen.Clear();
        if (all) _chosen.UnionWith(_places.Keys);
    }

    public Task Step(Guid from, int by) => Focus(At(from) + by);

    /// <summary>This one leaves: whoever works by keys goes on where it was (<see cref="GoOn"/>, once the others are drawn).</summary>
    public void Leaves(Guid id) => _next = At(id);

    public async Task GoOn()
    {
        if (_next is not { } at || _places.Count == 0) return;
        _next = null;
        await Focus(Math.Min(at, _places.Count - 1));
    }

    private int At(Guid id) => _places.Keys.ToList().IndexOf(id);

    private async Task Focus(int at)
    {
        if (at >= 0 && at < _places.Count && _places.Values.ElementAt(at).Component is { } row) await row.Focus();
    }
}
