using System.Globalization;
using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Platform.Messaging;
using Platform.Postgres;
using Platform.Web;

namespace Platform.Replays.Admin;

/// <summary>An event as it is stored. <c>By</c>: the author; <c>Trace</c>: the trace id of the request that caused it.</summary>
public sealed record StoredEvent(
    long Sequence,
    Guid Id,
    string Stream,
    long Version,
    string Type,
    DateTimeOffset At,
    string? By,
    string? Trace,
    JsonElement Data)
{
    internal const string Columns = "seq_id, id, stream_id, version, type, timestamp, user_name, correlation_id, data::text";

    /// <summary>The event without confidential data, as operators see it.</summary>
    internal StoredEvent Masked(Masking masking) => this with { Data = masking.Event(Type, Data) };

    internal static StoredEvent Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetString(4),
        new DateTimeOffset(row.GetDateTime(5)),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.IsDBNull(7) ? null : row.GetString(7),
        JsonElement.Parse(row.GetString(8)));
}

/// <summary>
/// <c>GET events?type=&amp;stream=&amp;by=&amp;people=&amp;from=&amp;to=&amp;order=&amp;after=&amp;limit=</c>: events in the order of their
/// sequence (<c>order=newest</c>: descending). <c>after</c> is the sequence of the last event seen; <c>next</c> is its value for the
/// following page. <c>by</c> filters by author; <c>people=true</c> leaves out events caused by visitors, consumers and running replays.
/// </summary>
public static class BrowseEvents
{
    internal static void Map(IEndpointRouteBuilder admin) =>
        admin.MapGet("/events", async (
            [AsParameters] EventFilter filter,
            IDocumentStore store,
            NpgsqlDataSource database,
            ConsumedQueues queues,
            Masking masking,
            HttpContext http,
            CancellationToken ct) =>
        {
            var newest = filter.Order switch
            {
                null or "oldest" => false,
                "newest" => true,
                _ => throw new Malformed("order", "must be oldest or newest"),
            };
            if (filter.Limit is < 1 or > 100) throw new Malformed("limit", "must be a number from 1 to 100");
            if (filter.From > filter.To) throw new Malformed("to", "must not be earlier than from");
            var limit = filter.Limit ?? 20;
            object?[] arguments =
            [
                filter.Type, filter.Stream, filter.From?.ToUniversalTime(), filter.To?.ToUniversalTime(),
                filter.After ?? (newest ? long.MaxValue : 0), limit + 1, filter.By, filter.People ?? false, queues.Names.ToArray(),
            ];
            var items = await database.Rows(
                $"""
                select {StoredEvent.Columns} from {store.Options.DatabaseSchemaName}.mt_events
                where ($1::text is null or type = $1) and ($2::text is null or stream_id = $2)
                  and ($3::timestamptz is null or timestamp >= $3) and ($4::timestamptz is null or timestamp <= $4)
                  and ($7::text is null or user_name = $7)
                  and (not $8 or (user_name <> 'anonymous' and user_name <> all($9)
                    and (stream_id not like '{Replay.Prefix}%' or type in ('replay_requested', 'replay_cancelled'))))
                  and seq_id {(newest ? "<" : ">")} $5
                order by seq_id {(newest ? "desc" : "")} limit $6
                """,
                StoredEvent.Read,
                ct,
                arguments.Select(a => a ?? DBNull.Value));
            var all = Masking.ShowsAll(http);
            var page = items.Take(limit).Select(e => all ? e : e.Masked(masking)).ToArray();
            return new Page<StoredEvent>(page, items.Count > limit ? page[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null);
        }).RequiresViewer();
}

/// <summary>Filter and page of the list of events.</summary>
public sealed record EventFilter(
    string? Type,
    string? Stream,
    string? By,
    bool? People,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string? Order,
    long? After,
    int? Limit);
