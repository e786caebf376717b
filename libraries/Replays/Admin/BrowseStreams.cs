using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Platform.Replays.Admin;

/// <summary>
/// <c>GET streams/{id}</c>: the events of one stream; <c>GET streams/{id}/state?version=|asOf=</c>: the state of the stream at a version or
/// a point in time.
/// </summary>
public static class BrowseStreams
{
    internal static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/streams/{id}", async (
            string id,
            long? after,
            int? limit,
            IDocumentStore store,
            NpgsqlDataSource database,
            Masking masking,
            HttpContext http,
            CancellationToken ct) =>
        {
            if (limit is < 1 or > 1000) throw new Malformed("limit", "must be a number from 1 to 1000");
            var items = await database.Rows(
                $"select {StoredEvent.Columns} from {store.Options.DatabaseSchemaName}.mt_events where stream_id = $1 and version > $2 "
                + "order by version limit $3",
                StoredEvent.Read,
                ct,
                id,
                after ?? 0,
                (limit ?? 1000) + 1);
            if (items.Count == 0 && after is null) throw new NotFound($"There is no stream \"{id}\".");
            var all = Masking.ShowsAll(http);
            var page = items.Take(limit ?? 1000).Select(e => all ? e : e.Masked(masking)).ToArray();
            return new Page<StoredEvent>(page, items.Count > page.Length ? $"{page[^1].Version}" : null);
        }).RequiresViewer();

        admin.MapGet("/streams/{id}/state", async (
            string id,
            long? version,
            DateTimeOffset? asOf,
            StateTypes states,
            Masking masking,
            IQuerySession session,
            HttpContext http,
            CancellationToken ct) =>
        {
            if (version is not null && asOf is not null)
                throw new Malformed("asOf", "cannot be combined with version; send only one of them");
            if (version < 1) throw new Malformed("version", "must be 1 or more");
            var events = await session.Events.FetchStreamAsync(id, version ?? 0, asOf?.ToUniversalTime(), token: ct);
            if (events.Count == 0)
                throw new NotFound(
                    version is null && asOf is null ? $"There is no stream \"{id}\"." : $"The stream \"{id}\" had no events at that time.");
            if (version > events[^1].Version) throw new NotFound($"The stream \"{id}\" has only {events[^1].Version} versions.");
            var state = states.Fold(id, [.. events.Select(e => e.Data)]);
            var shown = Masking.ShowsAll(http) ? state : masking.State(state);
            return new StreamThen(id, events[^1].Version, events[^1].Timestamp, state?.GetType().Name, shown);
        }).RequiresViewer();
    }
}

/// <summary>
/// The state of a stream at a version: the version, when it was stored, and the state, which is absent if this version of the service folds
/// none of the events.
/// </summary>
public sealed record StreamThen(
    string Stream,
    long Version,
    DateTimeOffset At,
    string? Type,
    object? State);
