using Platform.EventSourcing;


namespace CurrencyRates.States;

/// <summary>The status of a state in the organisation, in the order of lists.</summary>
public enum Status { Member, Observer, DialoguePartner, Partner }

/// <summary>The names of a state by language, and its position in lists.</summary>
public sealed record StateNamed(int Order, IReadOnlyDictionary<string, string> Names);
/// <summary>The status of a state from a date on; null means none.</summary>
public sealed record StatusGiven(DateOnly From, Status? Status) : Stored;
/// <summary>The capital of a state from a date on, with its names and IANA time zone.</summary>
public sealed record CapitalNamed(DateOnly From, IReadOnlyDictionary<string, string> Names, string TimeZone) : Stored;
/// <summary>The currency of a state from a date on.</summary>
public sealed record CurrencyAdopted(DateOnly From, string Code) : Stored;
/// <summary>The kind of a dated fact.</summary>
public enum FactKind { Status, Capital, Currency }
/// <summary>A dated fact was wrong and was removed.</summary>
public sealed record FactWithdrawn(FactKind Kind, DateOnly From);

/// <summary>A state with all dated facts, each list sorted by date: state and read model in one.</summary>
public sealed record State : Stored, IState<State>
{
    public string Id { get; init; } = "";
    public long Version { get; init; }
    public int Order { get; init; }
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<StatusGiven> Statuses { get; init; } = [];
    public IReadOnlyList<CapitalNamed> Capitals { get; init; } = [];
    public IReadOnlyList<CurrencyAdopted> Currencies { get; init; } = [];

    public static string Stream(string code) => $"state-{code}";
    public string Code() => Id["state-".Length..];

    public StatusGiven? StatusOn(DateOnly date) => Statuses.LastOrDefault(s => s.From <= date);
    public CapitalNamed? CapitalOn(DateOnly date) => Capitals.LastOrDefault(c => c.From <= date);
    public CurrencyAdopted? CurrencyOn(DateOnly date) => Currencies.LastOrDefault(c => c.From <= date);

    public State Evolve(object @event) => @event switch
    {
        StateNamed e => this with { Order = e.Order, Names = e.Names },
        StatusGiven e => this with { Statuses = With(Statuses, e, s => s.From) },
        CapitalNamed e => this with { Capitals = With(Capitals, e, c => c.From) },
        CurrencyAdopted e => this with { Currencies = With(Currencies, e, c => c.From) },
        FactWithdrawn { Kind: FactKind.Status } e => this with { Statuses = [.. Statuses.Where(s => s.From != e.From)] },
        FactWithdrawn { Kind: FactKind.Capital } e => this with { Capitals = [.. Capitals.Where(c => c.From != e.From)] },
        FactWithdrawn { Kind: FactKind.Currency } e => this with { Currencies = [.. Currencies.Where(c => c.From != e.From)] },
        _ => this,
    };

    private static T[] With<T>(IReadOnlyList<T> facts, T fact, Func<T, DateOnly> from) =>
    [
        .. facts.Where(f => from(f) != from(fact)).Append(fact).OrderBy(from),
    ];
}
