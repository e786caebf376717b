using System.Globalization;
using System.Text;
using System.Text.Json;
using CurrencyRates.Bank;
using Fractions;
using Marten;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>The periods of a history: every sheet, or weeks (starting on Monday) or months.</summary>
public enum Interval { Daily, Weekly, Monthly }

/// <summary>
/// <c>GET /api/rates/{code}/history?from=&amp;to=&amp;interval=daily|weekly|monthly&amp;format=json|csv|ndjson</c>: one currency over time,
/// for charts, with minimum, maximum and average. All figures are roubles for one unit, so a new nominal causes no jump. No figure spans a
/// redenomination of the currency or of the rouble: the figures cover the rates since the last one, and <c>breaks</c> lists the dates.
/// </summary>
public static class RateHistory
{
    /// <summary>Decimals of an average, rounded half to even.</summary>
    public const int AverageDecimals = 10;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/rates/{code}/history", async (
            string code,
            DateOnly? from,
            DateOnly? to,
            string? interval,
            string? format,
            IQuerySession session,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                code = code.ToUpperInvariant();
                var last = to ?? Moscow.Date(clock.Now()).AddDays(1);
                var first = from ?? last.AddYears(-1);
                if (first > last) throw new Malformed("to", "must not be before from");
                var period = interval is null
                    ? Interval.Daily
                    : Enum.GetValues<Interval>().FirstOrDefault(
                        i => JsonNamingPolicy.CamelCase.ConvertName(i.ToString()) == interval, (Interval)(-1));
                if ((int)period < 0) throw new Malformed("interval", "must be daily, weekly or monthly");
                if (format is not (null or "json" or "csv" or "ndjson")) throw new Malformed("format", "must be json, csv or ndjson");
                // The sheet in effect on the first day belongs to the range, as in the table of a single date.
                var start = (await session.EffectiveOn(first, ct))?.EffectiveFrom ?? first;
                var series = await session.Series(start, last, [code], ct);
                if (series.Count == 0) throw new NotFound($"There is no rate of {code} from {first:yyyy-MM-dd} to {last:yyyy-MM-dd}.");
                var view = Show(code, first, last, period, series);
                return format switch
                {
                    "csv" => Results.Text(Csv(view), "text/csv; charset=utf-8"),
                    "ndjson" => Results.Text(
                        string.Concat(view.Items.Select(i => JsonSerializer.Serialize(i, Json.Http) + "\n")),
                        "application/x-ndjson; charset=utf-8"),
                    _ => Results.Ok(view),
                };
            }).AllowAnonymous().Produces<HistoryView>();

    /// <summary>Groups a series, which must be sorted by date, into periods. Pure.</summary>
    public static HistoryView Show(
        string code,
        DateOnly from,
        DateOnly to,
        Interval interval,
        IReadOnlyList<DatedRate> series)
    {
        var breaks = Redenomination.In(series);
        var latest = InLatestUnit(series, breaks);
        var periods = series.GroupBy(r => Period(r.Date, interval)).Select(group => Item(group.Key, InLatestUnit([.. group], breaks)));
        return new(code, from, to, interval, Least(latest), Most(latest), Average(latest), [.. periods])
        {
            Breaks = breaks.Count == 0 ? null : breaks,
        };
    }

    /// <summary>The first day of the week or month that contains a date; the date itself for daily periods.</summary>
    public static DateOnly Period(DateOnly date, Interval interval) => interval switch
    {
        Interval.Weekly => date.AddDays(-(((int)date.DayOfWeek + 6) % 7)),
        Interval.Monthly => new DateOnly(date.Year, date.Month, 1),
        _ => date,
    };

    /// <summary>The rates that are in the same unit of money as the last one; the rates must be consecutive.</summary>
    private static DatedRate[] InLatestUnit(IReadOnlyList<DatedRate> rates, IReadOnlyList<DateOnly> breaks)
    {
        var since = breaks.LastOrDefault(b => b <= rates[^1].Date);
        return [.. rates.Where(r => r.Date >= since)];
    }

    private static HistoryItem Item(DateOnly period, DatedRate[] rates) =>
        new(
            period,
            rates[^1].Rate.Nominal,
            rates[^1].Rate.Value,
            rates[^1].Rate.PerUnit(),
            Least(rates).PerUnit,
            Most(rates).PerUnit,
            Average(rates),
            rates.Length);

    private static Extreme Least(IEnumerable<DatedRate> rates) =>
        rates.MinBy(r => r.Rate.PerUnit()) is var least ? new(least!.Date, least.Rate.PerUnit()) : null!;
    private static Extreme Most(IEnumerable<DatedRate> rates) =>
        rates.MaxBy(r => r.Rate.PerUnit()) is var most ? new(most!.Date, most.Rate.PerUnit()) : null!;

    private static decimal Average(DatedRate[] rates)
    {
        var total = rates.Aggregate(Fraction.Zero, (sum, r) => sum + Exact.Cross(r.Rate, null));
        return Exact.Trim(Exact.Round(total / rates.Length, AverageDecimals));
    }

    private static string Csv(HistoryView view)
    {
        var csv = new StringBuilder("date,code,nominal,rate,per_unit,min,max,average,sheets\r\n");
        foreach (var i in view.Items)
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{i.Date:yyyy-MM-dd},{view.Code},{i.Nominal},{i.Rate},{i.PerUnit},{i.Min},{i.Max},{i.Average},{i.Sheets}\r\n");
        return csv.ToString();
    }
}

/// <summary>The history of a currency; <c>average</c> is the mean of the published rates, rounded half to even to ten decimals.</summary>
public sealed record HistoryView(
    string Code,
    DateOnly From,
    DateOnly To,
    Interval Interval,
    Extreme Min,
    Extreme Max,
    decimal Average,
    IReadOnlyList<HistoryItem> Items)
{
    /// <summary>The dates since which rates are in another unit of money; absent if there are none.</summary>
    public IReadOnlyList<DateOnly>? Breaks { get; init; }
}

/// <summary>The lowest or highest value of one unit, and the date of its sheet.</summary>
public sealed record Extreme(DateOnly Date, decimal PerUnit);

/// <summary>
/// One sheet, week or month, identified by its first day: its last rate as published and for one unit, and the minimum, maximum and mean of
/// its <c>sheets</c>.
/// </summary>
public sealed record HistoryItem(
    DateOnly Date,
    int Nominal,
    decimal Rate,
    decimal PerUnit,
    decimal Min,
    decimal Max,
    decimal Average,
    int Sheets);
