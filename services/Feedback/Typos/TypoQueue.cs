using Marten;
using Marten.Linq.MatchesSql;
using Npgsql;
using NpgsqlTypes;
using Platform.Postgres;
using Platform.Web;

namespace Feedback.Typos;

/// <summary>
/// Typo reports for editors. <c>GET /api/feedback/typos?status=&amp;article=&amp;section=</c>: reports, the oldest first; <c>GET
/// /api/feedback/typos/{id}</c>: one report; <c>GET /api/feedback/typos/articles</c>: the articles with open reports, and their number.
/// </summary>
public sealed class TypoQueue(IQuerySession session)
{
    private sealed record Key(DateTimeOffset ReportedAt, string Id);
    private sealed record ArticleKey(DateTimeOffset Oldest, Guid Article);

    public static void Configure(StoreOptions store) => store.Schema.For<TypoReport>()
        .Duplicate(r => r.ArticleId, notNull: true)
        .Duplicate(r => r.Section, notNull: true)
        .Duplicate(r => r.Status, notNull: true)
        .Duplicate(r => r.ReportedAt, notNull: true)
        .Index(r => new { r.Status, r.ReportedAt, r.Id })
        .Index(r => new { r.ArticleId, r.Status });

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
            "/api/feedback/typos",
            async (
                string? status,
                Guid? article,
                string? section,
                Paging paging,
                TypoQueue queue,
                CancellationToken ct) =>
                await queue.List(status, article, section, paging, ct)).Requires(Roles.Editor);
        app.MapGet(
            "/api/feedback/typos/articles",
            async (Paging paging, TypoQueue queue, CancellationToken ct) => await queue.Articles(paging, ct)).Requires(Roles.Editor);
        app.MapGet("/api/feedback/typos/{id:guid}", async (Guid id, HttpContext http, TypoQueue queue, CancellationToken ct) =>
        {
            var report = await queue.Load(id, ct);
            return Versions.Versioned(http, $"{report.Revision}", TypoItem.Of(report));
        }).Requires(Roles.Editor);
    }

    public async Task<TypoReport> Load(Guid id, CancellationToken ct) =>
        await session.LoadAsync<TypoReport>(Streams.Typo(id), ct) ?? throw new NotFound("There is no report with this id.");

    private async Task<Page<TypoItem>> List(
        string? status,
        Guid? article,
        string? section,
        Paging paging,
        CancellationToken ct)
    {
        var wanted = ParseStatus(status);
        IQueryable<TypoReport> query = session.Query<TypoReport>().Where(r => r.Status == wanted);
        if (article is { } id) query = query.Where(r => r.ArticleId == id);
        if (section is not null) query = query.Where(r => r.Section == section);
        if (paging.After<Key>() is { } after)
            query = query.Where(r => r.MatchesSql("(d.reported_at, d.id) > (?, ?)", after.ReportedAt, after.Id));
        var rows = await query.OrderBy(r => r.ReportedAt).ThenBy(r => r.Id).Take(paging.Limit + 1).ToListAsync(ct);
        return paging.Page(rows, r => new Key(r.ReportedAt, r.Id), TypoItem.Of);
    }

    private async Task<Page<TypoArticle>> Articles(Paging paging, CancellationToken ct)
    {
        var after = paging.After<ArticleKey>();
        await using var command = new NpgsqlCommand($"""
            select article_id, count(*), sum(jsonb_array_length(data -> 'reporters')), min(reported_at) as oldest,
              (array_agg(data -> 'first' ->> 'title' order by reported_at))[1], min(section)
            from {session.DocumentStore.Options.DatabaseSchemaName}.mt_doc_typoreport where status = 'Open' group by article_id
            having @after::timestamptz is null or (min(reported_at), article_id) > (@after, @article)
            order by oldest, article_id limit @limit
            """);
        command.Parameters.AddWithValue("after", NpgsqlDbType.TimestampTz, (object?)after?.Oldest.ToUniversalTime() ?? DBNull.Value);
        command.Parameters.AddWithValue("article", after?.Article ?? Guid.Empty);
        command.Parameters.AddWithValue("limit", paging.Limit + 1);
        var rows = await (await session.ExecuteReaderAsync(command, ct)).Rows(
            row => new TypoArticle(
                row.GetGuid(0),
                row.GetString(4),
                row.GetString(5),
                (int)row.GetInt64(1),
                (int)row.GetInt64(2),
                new DateTimeOffset(row.GetDateTime(3), TimeSpan.Zero)),
            ct);
        return paging.Page(rows, a => new ArticleKey(a.Oldest, a.ArticleId), a => a);
    }

    private static TypoStatus ParseStatus(string? status) => status switch
    {
        null or "open" => TypoStatus.Open,
        "accepted" => TypoStatus.Accepted,
        "rejected" => TypoStatus.Rejected,
        "closed" => TypoStatus.Closed,
        _ => throw new Malformed("status", "must be open, accepted, rejected or closed"),
    };
}

/// <summary>
/// One typo report as editors see it: the reported text with its context, the number of reports, and the status. <c>version</c> must be
/// sent as If-Match; <c>conflict</c>: why the accepted correction could not be made.
/// </summary>
public sealed record TypoItem(
    Guid Id,
    long Version,
    TypoStatus Status,
    Guid ArticleId,
    long ArticleVersion,
    string Section,
    string Title,
    string Lang,
    Part Part,
    string Before,
    string Selection,
    string After,
    int Reports,
    DateTimeOffset ReportedAt,
    IReadOnlyList<Reporter> Reporters)
{
    public string? Conflict { get; init; }
    public string? Replacement { get; init; }
    public string? Reason { get; init; }
    public TypoOutcome? Outcome { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    internal static TypoItem Of(TypoReport r)
    {
        var first = r.First!;
        return new(
            Streams.Id(r.Id),
            r.Revision,
            r.Status,
            r.ArticleId,
            first.ArticleVersion,
            r.Section,
            first.Title,
            first.Spot.Lang,
            first.Spot.Part,
            first.Before,
            first.Selection,
            first.After,
            r.Reporters.Count,
            r.ReportedAt,
            [.. r.Reporters.Where(p => p.IsPersonal)])
        {
            Conflict = r.Conflict,
            Replacement = r.Accepted?.Replacement,
            Reason = r.Reason,
            Outcome = r.Closed?.Outcome,
            ClosedAt = r.Closed?.ClosedAt,
        };
    }
}

/// <summary>
/// An article with open typo reports: the number of locations (<c>places</c>), how often they were reported (<c>reports</c>), and the time
/// of the <c>oldest</c> report.
/// </summary>
public sealed record TypoArticle(
    Guid ArticleId,
    string Title,
    string Section,
    int Places,
    int Reports,
    DateTimeOffset Oldest);
