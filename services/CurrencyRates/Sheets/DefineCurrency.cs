using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using CurrencyRates.States;
using Platform.EventSourcing;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>Adds a currency, or changes its description.</summary>
public sealed partial record DefineCurrency(string NumCode, string? BankId, IReadOnlyDictionary<string, string> Names)
{
    public IEnumerable<object> Decide(Currency? currency)
    {
        var same = currency is not null && (currency.NumCode, currency.BankId) == (NumCode, BankId) && currency.Names.Same(Names);
        if (!same) yield return new CurrencyDefined(NumCode, BankId, Names);
    }

    public static void Map(IEndpointRouteBuilder app) =>
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

    [GeneratedRegex("^[A-Z]{3}\\z")]
    private static partial Regex Letters();
}

/// <summary>The description of a currency that an operator sends, with a name in every language.</summary>
public sealed record CurrencyRequest(
    [property: Required, RegularExpression("^[0-9]{3}$", ErrorMessage = "must be three digits")] string NumCode,
    [property: Required] Dictionary<string, string> Names,
    [property: RegularExpression("^[A-Z0-9]{1,10}$", ErrorMessage = "must be 1 to 10 upper-case letters and digits")]
    string? BankId = null);
