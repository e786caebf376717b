using Marten;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Feedback;

/// <summary>
/// <c>GET /api/feedback/statistics</c>: the number of typo reports, and the median time in seconds from the first report to the correction,
/// in total and by section.
/// </summary>
public static class Statistics
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/feedback/statistics", async (IQuerySession session, CancellationToken ct) =>
        {
            await using var command = new NpgsqlCommand($"""
                with typo as (
                  select section, status, reported_at, data ->> 'conflict' as conflict,
                    (data -> 'closed' ->> 'closedAt')::timestamptz as closed_at, data -> 'closed' ->> 'outcome' as outcome
                  from {session.DocumentStore.Options.DatabaseSchemaName}.mt_doc_typoreport)
                select section,
                  count(*) filter (where status = 'Open'),
                  count(*) filter (where status = 'Open' and conflict is not null),
                  count(*) filter (where status = 'Accepted'),
                  count(*) filter (where outcome = 'Corrected'),
                  percentile_cont(0.5) within group (order by extract(epoch from greatest(closed_at - reported_at, interval '0')))
                    filter (where outcome = 'Corrected')
                from typo group by grouping sets ((), (section)) order by grouping(section) desc, section
                """);
            var rows = await (await session.ExecuteReaderAsync(command, ct)).Rows(
                row => new SectionFigures(
                    row.IsDBNull(0) ? null : row.GetString(0),
                    row.GetInt64(1),
                    row.GetInt64(2),
                    row.GetInt64(3),
                    row.GetInt64(4),
                    row.IsDBNull(5) ? null : row.GetDouble(5)),
                ct);
            return new FeedbackStatistics(rows[0], rows[1..]);
        }).Requires(Roles.Editor);
}

/// <summary>Statistics of typo reports, in total (<c>all</c>) and by section.</summary>
public sealed record FeedbackStatistics(SectionFigures All, IReadOnlyList<SectionFigures> Sections);

/// <summary>
/// The number of reports that are pending (<c>open</c>, of which <c>conflicts</c> could not be corrected as accepted), that are accepted
/// but not yet corrected (<c>accepted</c>), and that were <c>corrected</c>; and the median time to the correction.
/// </summary>
public sealed record SectionFigures(
    string? Section,
    long Open,
    long Conflicts,
    long Accepted,
    long Corrected,
    double? MedianSeconds);
