using System.Diagnostics;
using JasperFx;
using Marten;
using Marten.Events;
using Marten.Schema;
using Npgsql;
using NpgsqlTypes;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>
/// Decides on many streams of one kind in one transaction, with one statement for each table instead of several for each stream. It may be
/// used only for a state whose events feed no inline read model except the snapshot of that state. It stores the same rows as
/// <see cref="Decider"/> (docs/decisions/0124).
/// </summary>
public sealed class BulkDecider(
    IDocumentStore store,
    NpgsqlDataSource database,
    AppendSignal signal,
    TimeProvider clock,
    Actor actor)
{
    /// <summary>
    /// Appends to each stream the events that its decision returns. After a lost race all decisions are repeated on the new states.
    /// </summary>
    public Task<IReadOnlyDictionary<string, Decision<T>>> Decide<T>(
        IReadOnlyDictionary<string, Func<T?, IEnumerable<object>>> commands, CancellationToken ct)
        where T : class, IState<T>, new()
    {
        var tables = new Tables<T>(store);
        return Races.Retry($"{commands.Count} streams", () => Commit(tables, commands, ct), clock, ct);
    }

    private async Task<IReadOnlyDictionary<string, Decision<T>>> Commit<T>(
        Tables<T> tables, IReadOnlyDictionary<string, Func<T?, IEnumerable<object>>> commands, CancellationToken ct)
        where T : class, IState<T>, new()
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var found = await tables.Lock(connection, [.. commands.Keys], ct);
        var (decisions, changes) = (new Dictionary<string, Decision<T>>(), new List<Change<T>>());
        foreach (var (stream, decide) in commands)
        {
            var (version, state) = found.GetValueOrDefault(stream);
            var decided = decide(state).ToArray();
            decisions[stream] = new(States.Fold(stream, state, decided), version + decided.Length, decided.Length > 0);
            if (decided.Length > 0) changes.Add(new(stream, decided, decisions[stream]));
        }
        if (changes.Count == 0) return decisions;
        await tables.Write(connection, changes, actor.Name, ct);
        await transaction.CommitAsync(ct);
        signal.NotifyRelay();
        return decisions;
    }

    /// <summary>The events to append to a stream, and the decision that they follow from.</summary>
    private sealed record Change<T>(string Stream, IReadOnlyList<object> Events, Decision<T> Decision) where T : class;

    /// <summary>The tables of Marten that store the streams, events and snapshots of one kind of state.</summary>
    private sealed class Tables<T> where T : class, IState<T>
    {
        private readonly EventGraph _events;
        private readonly ISerializer _serializer;
        private readonly string _read, _writeStreams, _writeEvents, _writeSnapshots;

        public Tables(IDocumentStore store)
        {
            var options = (StoreOptions)store.Options;
            var mapping = (DocumentMapping)((IReadOnlyStoreOptions)options).FindOrResolveDocumentType(typeof(T));
            (_events, _serializer) = ((EventGraph)options.Events, options.Serializer());
            var (schema, snapshots) = (_events.DatabaseSchemaName, mapping.TableName.QualifiedName);
            // Marten's SQL for columns that duplicate a property, for example "comments" = CAST(data ->> 'comments' as integer).
            var columns = mapping.DuplicatedFields.Select(f => f.UpdateSqlFragment().Split(" = ", 2)).ToArray();
            _read = $"select id, data from {snapshots} where id = any($1)";
            _writeStreams =
                $"""
                insert into {schema}.mt_streams (id, type, version, timestamp, tenant_id)
                select id, '{_events.AggregateAliasFor(typeof(T))}', version, now(), '{StorageConstants.DefaultTenantId}'
                from unnest($1, $2) as s (id, version)
                on conflict (id) do update set version = excluded.version, timestamp = excluded.timestamp
                """;
            _writeEvents =
                $"""
                insert into {schema}.mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type, tenant_id, timestamp,
                  is_archived, correlation_id, user_name)
                select nextval('{schema}.mt_events_sequence'), id, stream, version, data, type, dotnet,
                  '{StorageConstants.DefaultTenantId}', now(), false, $7, $8
                from unnest($1, $2, $3, $4, $5, $6) as e (id, stream, version, data, type, dotnet)
                """;
            _writeSnapshots =
                $"""
                insert into {snapshots} (id, data, mt_version{string.Concat(columns.Select(c => $", {c[0]}"))})
                select id, data, version{string.Concat(columns.Select(c => $", {c[1]}"))} from unnest($1, $2, $3) as s (id, data, version)
                on conflict (id) do update set data = excluded.data, mt_version = excluded.mt_version
                """ + string.Concat(columns.Select(c => $", {c[0]} = excluded.{c[0]}"));
            LockStreams = $"select id, version from {schema}.mt_streams where id = any($1) order by id for update";
        }

        private string LockStreams { get; }

        /// <summary>
        /// Returns the versions and states of the streams that exist. It locks their rows, in the same order as every other writer, before
        /// it reads the states.
        /// </summary>
        public async Task<Dictionary<string, (long Version, T? State)>> Lock(
            NpgsqlConnection connection, string[] streams, CancellationToken ct)
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands = { Command(LockStreams, Strings(streams)), Command(_read, Strings(streams)) },
            };
            await using var reader = await batch.ExecuteReaderAsync(ct);
            var found = new Dictionary<string, (long, T?)>();
            while (await reader.ReadAsync(ct)) found.Add(reader.GetString(0), (reader.GetInt64(1), null));
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct))
                if (found.TryGetValue(reader.GetString(0), out var stream))
                    found[reader.GetString(0)] = (stream.Item1, _serializer.FromJson<T>(reader, 1));
            return found;
        }

        public async Task Write(NpgsqlConnection connection, IReadOnlyList<Change<T>> changes, string actor, CancellationToken ct)
        {
            var events = changes.SelectMany(
                c => c.Events.Select(
                    (e, i) => (c.Stream, Version: c.Decision.Version - c.Events.Count + i + 1, Event: _events.BuildEvent(e))))
                .ToArray();
            var streams = Strings(changes.Select(c => c.Stream));
            var versions = Longs(changes.Select(c => c.Decision.Version));
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    Command(_writeStreams, streams, versions),
                    Command(
                        _writeEvents,
                        Array(NpgsqlDbType.Uuid, events.Select(e => e.Event.Id)),
                        Strings(events.Select(e => e.Stream)),
                        Longs(events.Select(e => e.Version)),
                        Jsons(events.Select(e => e.Event.Data)),
                        Strings(events.Select(e => e.Event.EventTypeName)),
                        Strings(events.Select(e => e.Event.DotNetTypeName)),
                        new() { Value = (object?)Activity.Current?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar },
                        new() { Value = actor, NpgsqlDbType = NpgsqlDbType.Varchar }),
                    Command(_writeSnapshots, streams.Clone(), Jsons(changes.Select(c => c.Decision.State!)), versions.Clone()),
                },
            };
            await batch.ExecuteNonQueryAsync(ct);
        }

        private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var parameter in parameters) command.Parameters.Add(parameter);
            return command;
        }

        private static NpgsqlParameter Strings(IEnumerable<string> values) => Array(NpgsqlDbType.Varchar, values);

        private static NpgsqlParameter Longs(IEnumerable<long> values) => Array(NpgsqlDbType.Bigint, values);

        private NpgsqlParameter Jsons(IEnumerable<object> values) => Array(NpgsqlDbType.Jsonb, values.Select(v => _serializer.ToJson(v)));

        private static NpgsqlParameter Array<TValue>(NpgsqlDbType type, IEnumerable<TValue> values) =>
            new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}
