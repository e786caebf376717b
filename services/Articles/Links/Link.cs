using Platform.EventSourcing;


namespace Articles.Links;

/// <summary>
/// An entry was created or changed. It names a body of the organisation in each language and has the address of its site.
/// <paramref name="From"/> and <paramref name="Until"/> are the first and the last day on which the entry is valid.
/// </summary>
public sealed record LinkDefined(
    int Order,
    string Url,
    IReadOnlyDictionary<string, string> Names,
    DateOnly? From,
    DateOnly? Until) : Stored;
/// <summary>An entry was removed because it was a mistake. An entry that is no longer valid gets a last day instead.</summary>
public sealed record LinkRemoved;

/// <summary>An entry in the directory of the organisation's bodies. It is both the state for decisions and the read model.</summary>
public sealed record Link : Stored, IState<Link>
{
    public string Id { get; init; } = "";
    /// <summary>The version for If-Match, which is the number of events.</summary>
    public long Version { get; init; }
    public LinkDefined? Entry { get; init; }

    public Link Evolve(object @event) => @event switch
    {
        LinkDefined e => this with { Version = Version + 1, Entry = e },
        LinkRemoved _ => this with { Version = Version + 1, Entry = null },
        _ => this,
    };
}
