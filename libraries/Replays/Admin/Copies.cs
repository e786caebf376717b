using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using JasperFx.Events;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Platform.Replays.Admin;

/// <summary>
/// One fact as one service knows it: the stream that it belongs to, its version, and a hash of its content. Both services compute the hash
/// from the same values in the same order, so equal facts have equal hashes.
/// </summary>
public sealed record SharedFact(string Id, long Version, string Hash)
{
    /// <summary>Creates a fact with the hash of <paramref name="content"/>: numbers, strings, and lists of these.</summary>
    public static SharedFact Of(string id, long version, params object?[] content) =>
        new(id, version, Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content)).AsSpan(0, 16)));
}

/// <summary>Reads one page of facts, sorted by id; <c>Next</c> is the id after which the following page begins.</summary>
public delegate Task<Page<SharedFact>> ReadFacts(IQuerySession session, string after, int limit, CancellationToken ct);

/// <summary>
/// Facts of one service that another service copies. Both services have a list of this name: the list of the publisher says what the copy
/// must contain, the list of the consumer says what it contains.
/// </summary>
public sealed record CopyList(string Name, string Publisher, string Consumer, ReadFacts Read)
{
    /// <summary>
    /// Facts that are each built from the events of one stream. <paramref name="types"/> are the stored names of these events;
    /// <paramref name="fact"/> gets the events in order, and returns null if they make no fact.
    /// </summary>
    public static ReadFacts OfStreams(
        string prefix, string[] types, Func<string, IReadOnlyList<IEvent>, SharedFact?> fact) => async (session, after, limit, ct) =>
    {
        var schema = session.DocumentStore.Options.Events.DatabaseSchemaName;
        var ids = await Rows(
            session,
            $"select id from {schema}.mt_streams where id > @after and id like @prefix order by id limit @limit",
            row => row.GetString(0),
            ct,
            ("after", after),
            ("prefix", $"{prefix}%"),
            ("limit", limit));
        if (ids.Count == 0) return new([], null);
        var last = ids[^1];
        var names = string.Join(", ", types.Select(t => $"'{t}'"));
        var condition = $"d.stream_id > ? and d.stream_id <= ? and d.stream_id like '{prefix}%' and d.type in ({names})";
        var events = await session.Events.QueryAllRawEvents().Where(e => e.MatchesSql(condition, after, last)).ToListAsync(ct);
        var facts = events.GroupBy(e => e.StreamKey!).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => fact(g.Key, [.. g.OrderBy(e => e.Version)]));
        return new([.. facts.OfType<SharedFact>()], ids.Count < limit ? null : last);
    };

    /// <summary>Facts that are each built from one row of <paramref name="sql"/>, whose column <c>id</c> is the id of the fact.</summary>
    public static ReadFacts OfRows(string sql, Func<DbDataReader, SharedFact> fact) => async (session, after, limit, ct) =>
    {
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        var facts = await Rows(
            session,
            $"select * from ({sql.Replace("{schema}", schema, StringComparison.Ordinal)}) facts where id > @after order by id limit @limit",
            fact,
            ct,
            ("after", after),
            ("limit", limit + 1));
        return Page(facts, limit);
    };

    /// <summary>Makes a page of facts, which must be read with one more than the limit.</summary>
    public static Page<SharedFact> Page(IReadOnlyList<SharedFact> facts, int limit) =>
        facts.Count > limit ? new([.. facts.Take(limit)], facts[limit - 1].Id) : new(facts, null);

    private static async Task<List<T>> Rows<T>(
        IQuerySession session,
        string sql,
        Func<DbDataReader, T> row,
        CancellationToken ct,
        params (string Name, object Value)[] parameters)
    {
        await using var command = new NpgsqlCommand(sql);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return await (await session.ExecuteReaderAsync(command, ct)).Rows(row, ct);
    }
}

/// <summary>A list of copied facts: its name, the service that publishes the facts, and the service that keeps a copy.</summary>
public sealed record CopyListItem(string Name, string Publisher, string Consumer);

/// <summary>
/// <c>GET copies</c>: the lists of facts that this service publishes for copies in other services, or copies itself.
/// <c>GET copies/{name}?after=&amp;limit=</c>: the facts of one list as this service knows them, so that an operator can compare both
/// services.
/// </summary>
public static class BrowseCopies
{
    internal static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/copies", (IEnumerable<CopyList> lists) =>
            new Page<CopyListItem>([.. lists.Select(l => new CopyListItem(l.Name, l.Publisher, l.Consumer))], null)).RequiresViewer();

        admin.MapGet("/copies/{name}", (
            string name,
            string? after,
            int? limit,
            IEnumerable<CopyList> lists,
            IQuerySession session,
            CancellationToken ct) =>
        {
            if (limit is < 1 or > 1000) throw new Malformed("limit", "must be a number from 1 to 1000");
            var list = lists.SingleOrDefault(l => l.Name == name)
                ?? throw new NotFound($"This service has no list \"{name}\"; GET copies returns the names of all lists.");
            return list.Read(session, after ?? "", limit ?? 100, ct);
        }).RequiresViewer();
    }
}
