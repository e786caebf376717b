using System.ComponentModel.DataAnnotations;
using Platform.EventSourcing;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>Records the official rates of a date, or corrects them; the order of the rates does not matter.</summary>
public sealed record RecordRates(DateOnly EffectiveFrom, string Source, IReadOnlyList<Rate> Rates, DateTimeOffset? Now = null)
{
    public IEnumerable<object> Decide(RateSheet? sheet)
    {
        if (sheet is null) yield return new RatesRecorded(EffectiveFrom, Source, Rates, Now);
        else if (!sheet.Rates.ToHashSet().SetEquals(Rates)) yield return new RatesCorrected(EffectiveFrom, Source, Rates, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/rates/sheets/{date}", async (
            DateOnly date,
            SheetRequest request,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                if (request.Rates.GroupBy(r => r.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
                    throw new Malformed("rates", $"contains the currency {twice.Key} twice; keep one");
                if (request.Rates.GroupBy(r => r.CharCode).FirstOrDefault(g => g.Count() > 1) is { } same)
                    throw new Malformed("rates", $"contains the currency {same.Key} twice; keep one");
                var command = new RecordRates(
                    date,
                    "recorded by hand",
                    [.. request.Rates.Select(r => new Rate(r.Id, r.NumCode, r.CharCode, r.Nominal, r.Value))],
                    clock.Now());
                var decision = await decider.Decide<RateSheet>(RateSheet.Stream(date), seen.Expected, command.Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Rates);
                return decision.Written(http, $"/api/rates?date={date:yyyy-MM-dd}");
            }).Requires(Roles.Operator);
}

/// <summary>The sheet of a date; it contains each currency once.</summary>
public sealed record SheetRequest([property: Required, MinLength(1), MaxLength(200)] IReadOnlyList<RateRequest> Rates);

/// <summary>One rate: <c>value</c> roubles for <c>nominal</c> units, a decimal as a number or string whose digits are all kept.</summary>
public sealed record RateRequest(
    [property: Required, Visible, StringLength(10, MinimumLength = 1)] string Id,
    [property: Required, RegularExpression("^[0-9]{3}$", ErrorMessage = "must be three digits")] string NumCode,
    [property: Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "must be three upper-case letters")] string CharCode,
    [property: Range(1, 10_000_000)] int Nominal,
    [property: Range(typeof(decimal), "0.000000001", "1000000000")] decimal Value);
