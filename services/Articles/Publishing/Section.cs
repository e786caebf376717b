using Articles.Workflow;
using Platform.EventSourcing;
using Platform.Replays;

namespace Articles.Publishing;

/// <summary>A section was created or changed. Names are keyed by language.</summary>
public sealed record SectionDefined(int Order, IReadOnlyDictionary<string, string> Names);

/// <summary>A section of the portal. It is both the state for decisions and the read model.</summary>
[ReadModelVersion(2)]
public sealed record Section : Stored, IState<Section>
{
    public string Id { get; init; } = "";
    public int Order { get; init; }
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>True if each publication requires two persons; null or false if not.</summary>
    public bool? FourEyes { get; init; }

    public Section Evolve(object @event) => @event switch
    {
        SectionDefined e => this with { Order = e.Order, Names = e.Names },
        SectionFourEyesSet e => this with { FourEyes = e.Required },
        _ => this,
    };
}
