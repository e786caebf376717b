using Marten;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>
/// <c>GET /api/rates/trends?to=</c>: every quoted currency over the half year before a date (default: that of the newest rates), with
/// one rate for each week, in roubles for one unit. It is meant for the small lines of a table; the history of one currency has more
/// detail. As there, the rates begin at the last redenomination.
/// </summary>
public static class RateTrends
{
    /// <summary>The number of weeks before the date.</summary>
    public const int Weeks = 26;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/rates/trends", async (
            DateOnly? to,
            HttpContext http,
            IQuerySession session,
            CancellationToken ct) =>
            {
                http.Response.TagWithKeys(SurrogateKey.Rates);
                var last = to ?? (await session.Newest(ct))?.EffectiveFrom;
                var series = last is { } day ? await session.Series(day.AddDays(-7 * Weeks), day, null, ct) : [];
                return new { items = Show(series) };
            }).AllowAnonymous();

    /// <summary>Groups rates, which must be sorted by date, by currency and week. The last rate of a week stands for it. Pure.</summary>
    public static IReadOnlyList<RateTrend> Show(IReadOnlyList<DatedRate> series) =>
    [
        .. series.GroupBy(r => r.Rate.CharCode).OrderBy(currency => currency.Key, StringComparer.Ordinal).Select(currency =>
        {
            DatedRate[] rates = [.. currency];
            var since = Redenomination.In(rates) is [.., var newest] ? newest : default;
            var weeks = rates.Where(r => r.Date >= since).GroupBy(r => RateHistory.Period(r.Date, Interval.Weekly));
            return new RateTrend(currency.Key, [.. weeks.Select(w => w.Last()).Select(r => new TrendRate(r.Date, r.Rate.PerUnit()))]);
        }),
    ];
}

/// <summary>A currency and its rate in each week, oldest first.</summary>
public sealed record RateTrend(string Code, IReadOnlyList<TrendRate> Items);

/// <summary>The rate of a date, in roubles for one unit.</summary>
public sealed record TrendRate(DateOnly Date, decimal PerUnit);
