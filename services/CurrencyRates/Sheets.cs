using System.Globalization;
using Marten;
using Npgsql;
using NpgsqlTypes;

namespace CurrencyRates;

/// <summary>A rate on the date it was set for.</summary>
public sealed record DatedRate(DateOnly Date, Rate Rate);

/// <summary>
/// Which sheet holds when, asked by every table, converter and foreign interface, so that a single date and a range agree:
/// a sheet holds from its date until the next one, over weekends and holidays.
/// </summary>
public static class Sheets
{
    /// <summary>The sheet that holds on a date: the newest one not after it.</summary>
    public static Task<RateSheet?> HoldingOn(this IQuerySession session, DateOnly date, CancellationToken ct) =>
        session.Query<RateSheet>().Where(s => s.EffectiveFrom <= date).OrderByDescending(s => s.EffectiveFrom).FirstOrDefaultAsync(ct);

    /// <summary>The newest sheet known: usually today's, tomorrow's once the bank has published it.</summary>
    public static Task<RateSheet?> Newest(this IQuerySession session, CancellationToken ct) =>
        session.Query<RateSheet>().OrderByDescending(s => s.EffectiveFrom).FirstOrDefaultAsync(ct);

    /// <summary>The date of the first sheet after a date; null where none is known.</summary>
    public static async Task<DateOnly?> NextAfter(this IQuerySession session, DateOnly date, CancellationToken ct) =>
        (await session.Query<RateSheet>()
            .Where(s => s.EffectiveFrom > date)
            .OrderBy(s => s.EffectiveFrom)
            .FirstOrDefaultAsync(ct))?.EffectiveFrom;

    /// <summary>
    /// The sheet that readers were shown for a date at a moment: only sheets recorded by then, without later corrections.
    /// </summary>
    public static async Task<RateSheet?> HoldingOn(this IQuerySession session, DateOnly date, DateTimeOffset moment, CancellationToken ct)
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
    /// The rates set for the dates of a range, in order; of some currencies by their letters or the bank's key, or of all.
    /// </summary>
    public static async Task<IReadOnlyList<DatedRate>> Series(
        this IQuerySession session, DateOnly from, DateOnly to, IReadOnlyCollection<string>? currencies, CancellationToken ct)
    {
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        await using var command = new NpgsqlCommand($"""
            select d.effective_from, r ->> 'id', r ->> 'numCode', r ->> 'charCode', (r ->> 'nominal')::int, r ->> 'value'
            from {schema}.mt_doc_ratesheet d, jsonb_array_elements(d.data -> 'rates') with ordinality as e(r, place)
            where d.effective_from between @from and @to and (@currencies is null or r ->> 'charCode' = any(@currencies) or r ->> 'id' = any(@currencies))
            order by d.effective_from, place
            """);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", to);
        command.Parameters.Add(new NpgsqlParameter("currencies", NpgsqlDbType.Array | NpgsqlDbType.Text)
        {
            Value = (object?)currencies?.ToArray() ?? DBNull.Value,
        });
        await using var reader = await session.ExecuteReaderAsync(command, ct);
        var series = new List<DatedRate>();
        while (await reader.ReadAsync(ct))
            series.Add(new(
                await reader.GetFieldValueAsync<DateOnly>(0, ct),
                new Rate(
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetString(3),
                    reader.GetInt32(4),
                    decimal.Parse(reader.GetString(5), CultureInfo.InvariantCulture))));
        return series;
    }
}
