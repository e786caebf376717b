using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace CurrencyRates;

/// <summary>
/// A currency was made known, or described anew; names by language. <paramref name="BankId"/>: the bank's key, where it quotes the currency
/// daily.
/// </summary>
public sealed record CurrencyDefined(string NumCode, string? BankId, IReadOnlyDictionary<string, string> Names);

/// <summary>What a currency is called: state and read model in one. Rates never depend on it.</summary>
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

/// <summary>Makes a currency known, or describes it anew.</summary>
public sealed partial record DefineCurrency(string NumCode, string? BankId, IReadOnlyDictionary<string, string> Names)
{
    public IEnumerable<object> Decide(Currency? currency)
    {
        var same = currency is not null && (currency.NumCode, currency.BankId) == (NumCode, BankId) && currency.Names.Same(Names);
        if (!same) yield return new CurrencyDefined(NumCode, BankId, Names);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut("/api/currencies/{code}", async (
            string code, CurrencyRequest request, IfMatch seen, HttpContext http, Decider decider, CancellationToken ct) =>
            {
                if (!Letters().IsMatch(code)) throw new Malformed("code", "must be three capital letters");
                var command = new DefineCurrency(request.NumCode, request.BankId, CurrencyRates.Names.Check("names", request.Names));
                var decision = await decider.Decide<Currency>(Currency.Stream(code), seen.Expected, command.Decide, ct);
                http.Response.Name("currencies", "states", "rates");
                return decision.Written(http, "/api/currencies");
            }).Requires(Roles.Operator);

        app.MapGet("/api/currencies", async (HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            http.Response.Name("currencies");
            var currencies = await session.Query<Currency>().OrderBy(c => c.Id).ToListAsync(ct);
            return new { items = currencies.Select(c => new CurrencyItem(c.Code(), c.NumCode, c.BankId, c.Names)) };
        }).AllowAnonymous();
    }

    [GeneratedRegex("^[A-Z]{3}\\z")]
    private static partial Regex Letters();
}

/// <summary>A currency: its letters and digits in ISO 4217, the bank's key where the bank quotes it daily, its names by language.</summary>
public sealed record CurrencyItem(string Code, string NumCode, string? BankId, IReadOnlyDictionary<string, string> Names);

/// <summary>A currency as an operator describes it; a name in every language.</summary>
public sealed record CurrencyRequest(
    [property: Required, RegularExpression("^[0-9]{3}$", ErrorMessage = "must be three digits")] string NumCode,
    [property: Required] Dictionary<string, string> Names,
    [property: RegularExpression("^[A-Z0-9]{1,10}$", ErrorMessage = "must be 1..10 capital letters and digits")] string? BankId = null);
