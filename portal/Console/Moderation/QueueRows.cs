namespace Portal.Console.Moderation;

/// <summary>The comments on the page: which of them are selected, and which one gets the keyboard focus.</summary>
public sealed class QueueRows
{
    /// <summary>The component that displays a comment.</summary>
    public sealed class Row { public QueueComment? Component { get; set; } }

    private readonly HashSet<Guid> _chosen = [];
    private Dictionary<Guid, Row> _rows = [];
    private int? _next;

    public Row this[Guid id] => _rows[id];
    public IReadOnlyCollection<Guid> Chosen => _chosen;

    /// <summary>Replaces the comments and clears the selection.</summary>
    public void Show(IEnumerable<Guid> ids)
    {
        _rows = ids.ToDictionary(id => id, _ => new Row());
        _chosen.Clear();
    }

    public void Choose(Guid id)
    {
        if (!_chosen.Remove(id)) _chosen.Add(id);
    }

    public void ChooseAll(bool all)
    {
        _chosen.Clear();
        if (all) _chosen.UnionWith(_rows.Keys);
    }

    public Task Step(Guid from, int by) => Focus(IndexOf(from) + by);

    /// <summary>
    /// Remembers the position of a comment that leaves the queue. After the next rendering, <see cref="RestoreFocus"/> moves the focus
    /// there, so that the moderator can continue with the keyboard.
    /// </summary>
    public void FocusAfterRemoval(Guid id) => _next = IndexOf(id);

    public async Task RestoreFocus()
    {
        if (_next is not { } index || _rows.Count == 0) return;
        _next = null;
        await Focus(Math.Min(index, _rows.Count - 1));
    }

    private int IndexOf(Guid id) => _rows.Keys.ToList().IndexOf(id);

    private async Task Focus(int index)
    {
        if (index >= 0 && index < _rows.Count && _rows.Values.ElementAt(index).Component is { } row) await row.Focus();
    }
}
