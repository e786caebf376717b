using System.Globalization;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Platform.Postgres;

namespace CurrencyRates.Sheets;

/// <summary>A rate and the date that it was set for.</summary>
public sealed record DatedRate(DateOnly Date, Rate Rate);

/// <summary>
/// Finds the sheet in effect on a date. Tables, conversions and emulated APIs all use these queries, so that a single date and a range
/// agree: a sheet is in effect from its date until the next one, including weekends and holidays.
/// </summary>
public static class SheetQueries
{
    /// <summary>The sheet in effect on a date: the newest one that is not later.</summary>
    public static Task<RateSheet?> EffectiveOn(this IQuerySession session, DateOnly date, CancellationToken ct) =>
        session.Query<RateSheet>().Where(s => s.EffectiveFrom <= date).OrderByDescending(s => s.EffectiveFrom).FirstOrDefaultAsync(ct);

    /// <summary>The newest sheet: usually that of today, or of tomorrow once the bank has published it.</summary>
    public static Task<RateSheet?> Newest(this IQuerySession session, CancellationToken ct) =>
        session.Query<RateSheet>().OrderByDescending(s => s.EffectiveFrom).FirstOrDefaultAsync(ct);

    /// <summary>The date of the first sheet after a date; null if there is none.</summary>
    public static async Task<DateOnly?> NextAfter(this IQuerySession session, DateOnly date, CancellationToken ct) =>
        (await session.Query<RateSheet>()
            .Where(s => s.EffectiveFrom > date)
            .OrderBy(s => s.EffectiveFrom)
            .FirstOrDefaultAsync(ct))?.EffectiveFrom;

    /// <summary>
    /// The sheet that readers saw for a date at an earlier time: only sheets recorded by then, without later corrections.
    /// </summary>
    public static async Task<RateSheet?> EffectiveOn(this IQuerySession session, DateOnly date, DateTimeOffset moment, CancellationToken ct)
    {
        var sheet = await session.Query<RateSheet>()
            .Where(s => s.EffectiveFrom <= date && (s.FirstSeenAt == null || s.FirstSeenAt <= moment))
            .OrderByDescending(s => s.EffectiveFrom).FirstOrDefaultAsync(ct);
        if (sheet is null) return null;
        var events = await session.Events.FetchStreamAsync(sheet.Id, token: ct);
        return events.Where(e => e.Data is RatesRecorded || e.Data is RatesCorrected { RecordedAt: { } at } && at <= moment)
            .Aggregate(new RateSheet { Id = sheet.Id }, (state, e) => state.Evolve(e.Data) with { Version = e.Version });
    }

    /// <summary>
    /// The rates that were set for the dates of a range, in order, of all currencies or of those with the given codes or bank ids.
    /// </summary>
    public static async Task<IReadOnlyList<DatedRate>> Series(
        this IQuerySession session,
        DateOnly from,
        DateOnly to,
        IReadOnlyCollection<string>? currencies,
        CancellationToken ct)
    {
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        await using var command = new NpgsqlCommand($"""
            select d.effective_from, r ->> 'id', r ->> 'numCode', r ->> 'charCode', (r ->> 'nominal')::int, r ->> 'value'
            from {schema}.mt_doc_ratesheet d, jsonb_array_elements(d.data -> 'rates') with ordinality as e(r, place)
            where d.effective_from between @from and @to
              and (@currencies is null or r ->> 'charCode' = any(@currencies) or r ->> 'id' = any(@currencies))
            order by d.effective_from, place
            """);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", to);
        command.Parameters.Add(new NpgsqlParameter("currencies", NpgsqlDbType.Array | NpgsqlDbType.Text)
        {
            Value = (object?)currencies?.ToArray() ?? DBNull.Value,
        });
        return await (await session.ExecuteReaderAsync(command, ct)).Rows(
            row => new DatedRate(
                row.GetFieldValue<DateOnly>(0),
                new Rate(
                    row.GetString(1),
                    row.GetString(2),
                    row.GetString(3),
                    row.GetInt32(4),
                    decimal.Parse(row.GetString(5), CultureInfo.InvariantCulture))),
            ct);
    }
}
