using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using CurrencyRates.States;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

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

/// <summary>Adds a currency, or changes its description.</summary>
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
            string code,
            CurrencyRequest request,
            IfMatch seen,
            HttpContext http,
            Decider decider,
            CancellationToken ct) =>
            {
                if (!Letters().IsMatch(code)) throw new Malformed("code", "must be three upper-case letters");
                var command = new DefineCurrency(request.NumCode, request.BankId, CurrencyRates.States.Names.Check("names", request.Names));
                var decision = await decider.Decide<Currency>(Currency.Stream(code), seen.Expected, command.Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Currencies, SurrogateKey.States, SurrogateKey.Rates);
                return decision.Written(http, "/api/currencies");
            }).Requires(Roles.Operator);

        app.MapGet("/api/currencies", async (HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            http.Response.TagWithKeys(SurrogateKey.Currencies);
            var currencies = await session.Query<Currency>().OrderBy(c => c.Id).ToListAsync(ct);
            return new { items = currencies.Select(c => new CurrencyItem(c.Code(), c.NumCode, c.BankId, c.Names)) };
        }).AllowAnonymous();
    }

    [GeneratedRegex("^[A-Z]{3}\\z")]
    private static partial Regex Letters();
}

/// <summary>
/// A currency: its alphabetic and numeric ISO 4217 codes, the bank's id if the bank quotes it daily, and its names by language.
/// </summary>
public sealed record CurrencyItem(string Code, string NumCode, string? BankId, IReadOnlyDictionary<string, string> Names);

/// <summary>The description of a currency that an operator sends, with a name in every language.</summary>
public sealed record CurrencyRequest(
    [property: Required, RegularExpression("^[0-9]{3}$", ErrorMessage = "must be three digits")] string NumCode,
    [property: Required] Dictionary<string, string> Names,
    [property: RegularExpression("^[A-Z0-9]{1,10}$", ErrorMessage = "must be 1 to 10 upper-case letters and digits")]
    string? BankId = null);
