using Platform.EventSourcing;

namespace Articles.Workflow;

/// <summary>A person commented on a draft, for colleagues only.</summary>
public sealed record NoteAdded(Guid Id, [property: Confidential] string Text, string By, DateTimeOffset At);
/// <summary>A note was marked as done.</summary>
public sealed record NoteResolved(Guid Id, string By, DateTimeOffset At);

/// <summary>One note on a draft.</summary>
public sealed record DraftNote(Guid Id, string Text, string By, DateTimeOffset At) : Stored
{
    public string? ResolvedBy { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
}

/// <summary>
/// The notes on the drafts of one article, oldest first. They have a stream of their own, because a note does not change the article and
/// must not change its version: a colleague's note would otherwise conflict with the text that somebody is writing.
/// </summary>
public sealed record DraftNotes : Stored, IState<DraftNotes>
{
    public string Id { get; init; } = "";
    [Confidential]
    public IReadOnlyList<DraftNote> Notes { get; init; } = [];

    public DraftNotes Evolve(object @event) => @event switch
    {
        NoteAdded e => this with { Notes = [.. Notes, new(e.Id, e.Text, e.By, e.At)] },
        NoteResolved e => this with
        {
            Notes = [.. Notes.Select(n => n.Id == e.Id ? n with { ResolvedBy = e.By, ResolvedAt = e.At } : n)],
        },
        _ => this,
    };
}
