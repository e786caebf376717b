using Marten;
using Npgsql;
using Platform.Postgres;
using Platform.Web;
using Weasel.Postgresql.Tables;

namespace Articles.Workflow;

/// <summary>
/// <c>PUT /api/articles/{id}/presence/{session}</c>: Says that a page with this draft is open, and returns who else has it open. A page
/// repeats the request while it is open; 30 seconds after the last one it counts as closed. The rows are no part of the history and of no
/// read model: they need not survive, and all replicas see them.
/// </summary>
public static class AnnouncePresence
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private const string Others =
        """
        select person, min(since), max(seen_at) from articles.presence
        where article_id = $1 and session <> $2 and seen_at > $3 group by person order by 2, 1
        """;

    // The rows of other pages are skipped if they are locked, so that two announcements never wait for each other.
    private const string Announce =
        """
        with expired as (
          delete from articles.presence where (article_id, session) in
            (select article_id, session from articles.presence
            where seen_at < $6 and (article_id, session) <> ($1, $2) limit 100 for update skip locked)),
        announced as (
          insert into articles.presence as p (article_id, session, person, since, seen_at) values ($1, $2, $4, $5, $5)
          on conflict (article_id, session) do update set seen_at = excluded.seen_at,
            since = case when p.person = excluded.person then p.since else excluded.since end, person = excluded.person)
        """;

    public static void Configure(StoreOptions store)
    {
        var table = new Table($"{store.DatabaseSchemaName}.presence");
        table.AddColumn<Guid>("article_id").AsPrimaryKey();
        table.AddColumn<Guid>("session").AsPrimaryKey();
        table.AddColumn<string>("person").NotNull();
        table.AddColumn("since", "timestamptz").NotNull();
        table.AddColumn("seen_at", "timestamptz").NotNull();
        store.Storage.ExtendedSchemaObjects.Add(table);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut("/api/articles/{id:guid}/presence/{session:guid}", async (
            Guid id,
            Guid session,
            HttpContext http,
            IQuerySession store,
            NpgsqlDataSource database,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                var (person, now) = (Person.Of(http), clock.Now());
                person.RequireReading(await NoteList.Article(store, id, ct));
                var rows = await database.Rows(
                    Announce + Others, Row, ct, id, session, now - Lifetime, person.Name, now, now - 10 * Lifetime);
                return Shown(http, rows);
            }).Requires(Roles.Newsroom);
        app.MapDelete("/api/articles/{id:guid}/presence/{session:guid}", async (
            Guid id, Guid session, HttpContext http, NpgsqlDataSource database, CancellationToken ct) =>
            {
                await database.Rows(
                    "delete from articles.presence where article_id = $1 and session = $2 and person = $3 returning 1",
                    row => row.GetInt32(0),
                    ct,
                    id,
                    session,
                    Person.Of(http).Name);
                return TypedResults.NoContent();
            }).Requires(Roles.Newsroom);
        app.MapGet("/api/articles/{id:guid}/presence", async (
            Guid id,
            HttpContext http,
            IQuerySession store,
            NpgsqlDataSource database,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                Person.Of(http).RequireReading(await NoteList.Article(store, id, ct));
                return Shown(http, await database.Rows(Others, Row, ct, id, Guid.Empty, clock.Now() - Lifetime));
            }).Requires(Roles.Newsroom);
    }

    private static PresenceItem Row(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2));

    private static PresenceView Shown(HttpContext http, List<PresenceItem> people)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new(people);
    }
}

/// <summary>The people who have the draft open, in the order in which they opened it.</summary>
public sealed record PresenceView(IReadOnlyList<PresenceItem> Items);

/// <summary>
/// A person who has the draft open: the subject of their token, since when, and when their page was last heard of.
/// </summary>
public sealed record PresenceItem(string Person, DateTimeOffset Since, DateTimeOffset SeenAt);
