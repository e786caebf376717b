using Npgsql;
using Platform.Postgres;

namespace Platform.Replays;

/// <summary>
/// The table that is built beside the live one. It is in a separate schema, so that it and its indexes already have the names that they
/// keep after the swap. Each start of a replay has its own schema, so that a replica that has lost its lock without noticing cannot write
/// into the table of its successor.
/// </summary>
internal sealed class ShadowTable(NpgsqlDataSource database, string liveSchema, string table, string token)
{
    private const int Samples = 20;

    public string Schema => $"{liveSchema}_replay_{token}";
    public string Name => $"{Schema}.{table}";
    public string Live => $"{liveSchema}.{table}";

    public ValueTask<NpgsqlConnection> Open(CancellationToken ct) => database.OpenConnectionAsync(ct);

    /// <summary>
    /// Creates the table, empty, with the columns and constraints of the live one. Shadow tables of interrupted replays are dropped.
    /// </summary>
    public async Task Create(CancellationToken ct)
    {
        await using var connection = await Open(ct);
        foreach (var leftover in await connection.Rows(
            "select quote_ident(schemaname) from pg_tables where tablename = $1 and schemaname like $2 || '_replay%'",
            r => r.GetString(0),
            ct,
            table,
            liveSchema))
            await connection.Run($"drop schema {leftover} cascade", ct);
        await connection.Run(
            $"create schema if not exists {Schema}; create table {Name} (like {Live} including defaults including constraints including "
            + "generated including identity including storage including comments)",
            ct);
        // The primary key is needed before the rows, because projections that are written in SQL use "on conflict".
        foreach (var (constraint, definition) in await connection.Rows(
            "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = $1::text::regclass and contype in "
            + "('p', 'u', 'x')",
            r => (r.GetString(0), r.GetString(1)),
            ct,
            Live))
            await connection.Run($"alter table {Name} add constraint {constraint} {definition}", ct);
    }

    /// <summary>
    /// Creates the other indexes of the live table with their names. This is faster after the rows are inserted than before.
    /// </summary>
    public async Task Index(CancellationToken ct)
    {
        await using var connection = await Open(ct);
        foreach (var definition in await connection.Rows(
            "select pg_get_indexdef(indexrelid) from pg_index i where indrelid = $1::text::regclass and not exists (select from "
            + "pg_constraint c where c.conindid = i.indexrelid)",
            r => r.GetString(0),
            ct,
            Live))
            await connection.Run(definition.Replace($" ON {Live} ", $" ON {Name} ", StringComparison.Ordinal), ct);
        // Roles with access to the live table need the same access to its successor.
        foreach (var grant in await connection.Rows(
            "select format('grant %s on %s to %s', privilege_type, $2::text, case grantee when 0 then 'public' else "
            + "quote_ident(pg_get_userbyid(grantee)) end) from pg_class, aclexplode(relacl) where oid = $1::text::regclass and grantee "
            + "<> relowner",
            r => r.GetString(0), ct, Live, Name))
            await connection.Run(grant, ct);
        await connection.Run($"analyze {Name}", ct);
    }

    public async Task Delete(string[] ids, CancellationToken ct)
    {
        await using var connection = await Open(ct);
        await connection.Run($"delete from {Name} where id = any($1)", ct, [ids]);
    }

    public async Task Drop()
    {
        await using var connection = await Open(CancellationToken.None);
        await connection.Run($"drop schema if exists {Schema} cascade", CancellationToken.None);
    }

    /// <summary>
    /// Compares the tables row by row, on a connection whose snapshot contains both. The column mt_version is ignored: it is the event at
    /// which the document was last written, which is not always an event that changed it. If <paramref name="id"/> is not null, only that
    /// row is compared.
    /// </summary>
    public async Task<Comparison> Compare(NpgsqlConnection snapshot, string? id, CancellationToken ct)
    {
        var key = await snapshot.Rows(
            "select quote_ident(attname) from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey) where indrelid "
            + "= $1::text::regclass and indisprimary",
            r => r.GetString(0),
            ct,
            Live);
        var both =
            $"(select * from {Live}{(id is null ? "" : " where id = $1")}) l full join {Name} r on ({string.Join(
                " and ", key.Select(k => $"l.{k} = r.{k}"))})";
        var (inLive, inShadow, differ) = ($"l.{key[0]} is not null", $"r.{key[0]} is not null", await Differs(snapshot, ct));
        object[] arguments = id is null ? [] : [id];

        await snapshot.Run("set local work_mem = '64MB'", ct);
        var counts = (await snapshot.Rows(
            $"""
            select count(*) filter (where {inLive} and {inShadow} and not {differ}),
              count(*) filter (where {inLive} and {inShadow} and {differ}),
              count(*) filter (where not {inLive}), count(*) filter (where not {inShadow}) from {both}
            """, r => new Comparison(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), []), ct, arguments)).Single();
        if (counts.Differences() == 0) return counts;
        return counts with
        {
            Samples = await snapshot.Rows(
                $"""
                select coalesce(l.{key[0]}, r.{key[0]})::text,
                  case when not {inLive} then 'missing' when not {inShadow} then 'extra' else 'differs' end,
                  case when {inLive} and {inShadow} then array(
                    select key from {Fields("l")} full join {Fields("r")} using (key)
                    where l_fields.value is distinct from r_fields.value order by key) else array[]::text[] end
                from {both} where {differ} order by 1 limit {Samples}
                """, r => new Difference(r.GetString(0), r.GetString(1), r.GetFieldValue<string[]>(2)), ct, arguments),
        };
    }

    /// <summary>SQL that returns the columns of a row as key and value, with the fields of its document instead of the document.</summary>
    private static string Fields(string row) =>
        $"(select key, value from jsonb_each(to_jsonb({row}) - 'data' - 'mt_version' - 'mt_last_modified') union all select 'data.' || "
        + $"key, value from jsonb_each(case jsonb_typeof(to_jsonb({row}) -> 'data') when 'object' then to_jsonb({row}) -> 'data' else "
        + $"'{{}}' end)) {row}_fields";

    /// <summary>SQL that compares rows l and r byte by byte, because equal numbers may be stored differently.</summary>
    private async Task<string> Differs(NpgsqlConnection connection, CancellationToken ct)
    {
        var columns = await connection.Rows(
            "select quote_ident(attname) from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped "
            + "order by attnum",
            r => r.GetString(0),
            ct,
            Live);
        string Row(string side) =>
            $"row({string.Join(", ", columns.Where(c => c is not ("mt_version" or "mt_last_modified")).Select(c => $"{side}.{c}"))})";
        return $"record_image_ne({Row("l")}, {Row("r")})";
    }

    /// <summary>Replaces the live rows that differ by those of the shadow table.</summary>
    public async Task Repair(NpgsqlConnection locked, CancellationToken ct)
    {
        await locked.Run($"delete from {Live} l using {Name} r where l.id = r.id and {await Differs(locked, ct)}", ct);
        await locked.Run($"insert into {Live} select * from {Name} r where not exists (select from {Live} l where l.id = r.id)", ct);
    }

    /// <summary>Replaces the live table by the shadow table, in the transaction of a connection that has locked the live table.</summary>
    public Task Swap(NpgsqlConnection locked, CancellationToken ct) =>
        locked.Run($"drop table {Live}; alter table {Name} set schema {liveSchema}", ct);

    /// <summary>Replaces one row of the live table by that of the shadow table.</summary>
    public async Task SwapRow(NpgsqlConnection locked, string id, CancellationToken ct)
    {
        await locked.Run($"delete from {Live} where id = $1", ct, id);
        await locked.Run($"insert into {Live} select * from {Name} where id = $1", ct, id);
    }
}
