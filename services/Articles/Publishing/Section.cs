using Platform.EventSourcing;

namespace Articles.Publishing;

/// <summary>A section was created or changed. Names are keyed by language.</summary>
public sealed record SectionDefined(int Order, IReadOnlyDictionary<string, string> Names);

/// <summary>A section of the portal. It is both the state for decisions and the read model.</summary>
public sealed record Section : Stored, IState<Section>
{
    public string Id { get; init; } = "";
    public int Order { get; init; }
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    public Section Evolve(object @event) => @event is SectionDefined e ? this with { Order = e.Order, Names = e.Names } : this;
}
