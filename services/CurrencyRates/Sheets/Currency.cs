using Platform.EventSourcing;

namespace CurrencyRates.Sheets;

/// <summary>
/// A currency was added, or its description changed; names by language. <paramref name="BankId"/> is the bank's id, if the bank quotes the
/// currency daily.
/// </summary>
public sealed record CurrencyDefined(string NumCode, string? BankId, IReadOnlyDictionary<string, string> Names);

/// <summary>The names and codes of a currency: state and read model in one. Rates do not depend on it.</summary>
public sealed record Currency : Stored, IState<Currency>
{
    public string Id { get; init; } = "";
    public string NumCode { get; init; } = "";
    public string? BankId { get; init; }
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    public static string Stream(string code) => $"currency-{code}";
    public string Code() => Id["currency-".Length..];

    public Currency Evolve(object @event) =>
        @event is CurrencyDefined e ? this with { NumCode = e.NumCode, BankId = e.BankId, Names = e.Names } : this;
}
