using Marten;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>Lists all currencies with their names and codes.</summary>
public static class CurrencyList
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/currencies", async (HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            http.Response.TagWithKeys(SurrogateKey.Currencies);
            var currencies = await session.Query<Currency>().OrderBy(c => c.Id).ToListAsync(ct);
            return new { items = currencies.Select(c => new CurrencyItem(c.Code(), c.NumCode, c.BankId, c.Names)) };
        }).AllowAnonymous();
}

/// <summary>
/// A currency: its alphabetic and numeric ISO 4217 codes, the bank's id if the bank quotes it daily, and its names by language.
/// </summary>
public sealed record CurrencyItem(string Code, string NumCode, string? BankId, IReadOnlyDictionary<string, string> Names);
