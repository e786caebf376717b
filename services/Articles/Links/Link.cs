using Platform.EventSourcing;

namespace Articles;

/// <summary>
/// A body of the organisation: its name by language, where its site is, and from and until when (days included) the entry holds.
/// </summary>
public sealed record LinkDefined(
    int Order, string Url, IReadOnlyDictionary<string, string> Names, DateOnly? From, DateOnly? Until) : Stored;
/// <summary>The entry was a mistake and is gone. One that no longer holds gets an end instead.</summary>
public sealed record LinkRemoved;

/// <summary>An entry of the directory of the organisation's bodies: state and read model in one.</summary>
public sealed record Link : Stored, IState<Link>
{
    public string Id { get; init; } = "";
    /// <summary>What If-Match names: the number of its events.</summary>
    public long Version { get; init; }
    public LinkDefined? Entry { get; init; }

    public Link Evolve(object @event) => @event switch
    {
        LinkDefined e => this with { Version = Version + 1, Entry = e },
        LinkRemoved _ => this with { Version = Version + 1, Entry = null },
        _ => this,
    };
}
