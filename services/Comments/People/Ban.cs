using Platform.EventSourcing;

namespace Comments.People;

/// <summary>A person was banned from commenting. Only the name of the stream identifies the person, by a hash of their address.</summary>
public sealed record PersonBanned([property: Confidential] string Reason, DateTimeOffset BannedAt) : Stored;
/// <summary>The ban of a person was lifted.</summary>
public sealed record PersonReadmitted(DateTimeOffset ReadmittedAt);

/// <summary>Whether a person is banned from commenting.</summary>
public sealed record Ban : Stored, IState<Ban>
{
    public string Id { get; init; } = "";
    public PersonBanned? Banned { get; init; }

    /// <summary>The hash that identifies the person, taken from the name of the stream.</summary>
    public string Person() => Id["ban-".Length..];

    public Ban Evolve(object @event) => @event switch
    {
        PersonBanned e => this with { Banned = e },
        PersonReadmitted _ => this with { Banned = null },
        _ => this,
    };
}
