using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace CurrencyRates;

/// <summary><c>GET /api/rates?date=</c>: the rates that hold on a date (today in Moscow where absent): the newest sheet not after it.</summary>
public static class RatesOfDay
{
    private static readonly TimeZoneInfo Moscow = TimeZoneInfo.FindSystemTimeZoneById("Europe/Moscow");

    public static void Configure(StoreOptions store) => store.Schema.For<RateSheet>().Duplicate(s => s.EffectiveFrom, notNull: true);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/rates", async (DateOnly? date, HttpContext http, IQuerySession session, TimeProvider clock, CancellationToken ct) =>
        {
            var asked = date ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), Moscow).Date);
            var sheet = await session.Query<RateSheet>().Where(s => s.EffectiveFrom <= asked).OrderByDescending(s => s.EffectiveFrom).FirstOrDefaultAsync(ct)
                ?? throw new NotFound($"No rates are known for {asked:yyyy-MM-dd} or before.");
            http.Response.Name("rates");
            return Versions.Versioned(http, $"{sheet.EffectiveFrom:yyyyMMdd}-{sheet.Version}-{asked:yyyyMMdd}",
                new RatesView(asked, sheet.EffectiveFrom, sheet.Source, [.. sheet.Rates.Select(r => new RateRow(r.CharCode, r.Nominal, r.Value))]));
        });
}

/// <summary>The table of a date: <c>effectiveFrom</c> is the date the rates were set for.</summary>
public sealed record RatesView(DateOnly Date, DateOnly EffectiveFrom, string Source, IReadOnlyList<RateRow> Rows);

/// <summary><c>rate</c> roubles for <c>nominal</c> units of <c>code</c>.</summary>
public sealed record RateRow(string Code, int Nominal, decimal Rate);
