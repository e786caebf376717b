using System.Collections.Concurrent;
using JasperFx;
using JasperFx.Events;
using Marten;
using Marten.Events;

namespace Platform.EventSourcing;

/// <summary>New events of one stream, and the version and the kind of state that the stream has after them.</summary>
internal sealed record StreamChange(string Stream, Type State, long Version, IReadOnlyList<IEvent> Events);

/// <summary>
/// The tables in which Marten stores streams, events and documents. It stores the changes of many streams with one statement for each table
/// instead of several for each stream, and writes the same rows as Marten (docs/decisions/0131).
/// </summary>
public sealed class EventTables
{
    private readonly StoreOptions _options;
    private readonly EventGraph _events;
    private readonly ISerializer _serializer;
    private readonly string _insertStreams, _insertEvents;
    private readonly ConcurrentDictionary<Type, object> _documents = new();

    /// <summary>Prepares the statements for the tables of a store.</summary>
    public EventTables(IDocumentStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _options = (StoreOptions)store.Options;
        (_events, _serializer) = ((EventGraph)_options.Events, _options.Serializer());
        var schema = _events.DatabaseSchemaName;
        Streams = $"{schema}.mt_streams";
        _insertStreams =
            $"""
            insert into {Streams} (id, type, version, timestamp, tenant_id)
            select id, type, version, now(), '{StorageConstants.DefaultTenantId}'
            from unnest(?::varchar[], ?::varchar[], ?::bigint[]) as s (id, type, version)
            """;
        _insertEvents =
            $"""
            insert into {schema}.mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type, tenant_id, timestamp,
              is_archived, correlation_id, user_name)
            select nextval('{schema}.mt_events_sequence'), id, stream, version, data::jsonb, type, dotnet,
              '{StorageConstants.DefaultTenantId}', coalesce(occurred, now()), false, correlation, author
            from unnest(?::uuid[], ?::varchar[], ?::bigint[], ?::text[], ?::varchar[], ?::varchar[], ?::timestamptz[], ?::varchar[],
              ?::varchar[]) as e (id, stream, version, data, type, dotnet, occurred, correlation, author)
            """;
    }

    /// <summary>The name of the table of streams, with the schema.</summary>
    internal string Streams { get; }

    internal DocumentTable<T> Documents<T>() where T : class =>
        (DocumentTable<T>)_documents.GetOrAdd(typeof(T), _ => new DocumentTable<T>(_options));

    /// <summary>
    /// The change of a stream by new events. <paramref name="at"/> is their time; if it is the default value, they get the time of the
    /// database, as Marten does for streams that exist.
    /// </summary>
    internal StreamChange Change<T>(
        string stream,
        long version,
        IEnumerable<object> events,
        string author,
        string? trace,
        DateTimeOffset at)
    {
        IEvent[] built = [.. events.Select(e => _events.BuildEvent(e))];
        foreach (var e in built)
            (e.StreamKey, e.Version, e.Timestamp, e.UserName, e.CorrelationId) = (stream, ++version, at, author, trace);
        return new(stream, typeof(T), version, built);
    }

    /// <summary>Queues the statements that start new streams. They fail if one of the streams exists.</summary>
    internal void Start(IDocumentOperations session, IReadOnlyList<StreamChange> changes) => Write(session, changes, "");

    /// <summary>Queues the statements that append to streams, whose rows must be locked if they exist.</summary>
    internal void Append(IDocumentOperations session, IReadOnlyList<StreamChange> changes) =>
        Write(session, changes, " on conflict (id) do update set version = excluded.version, timestamp = excluded.timestamp");

    private void Write(IDocumentOperations session, IReadOnlyList<StreamChange> changes, string existing)
    {
        session.QueueSqlCommand(
            _insertStreams + existing,
            changes.Select(c => c.Stream).ToArray(),
            changes.Select(c => _events.AggregateAliasFor(c.State)).ToArray(),
            changes.Select(c => c.Version).ToArray());
        var events = changes.SelectMany(c => c.Events).ToArray();
        session.QueueSqlCommand(
            _insertEvents,
            events.Select(e => e.Id).ToArray(),
            events.Select(e => e.StreamKey).ToArray(),
            events.Select(e => e.Version).ToArray(),
            events.Select(e => _serializer.ToJson(e.Data)).ToArray(),
            events.Select(e => e.EventTypeName).ToArray(),
            events.Select(e => e.DotNetTypeName).ToArray(),
            events.Select(e => e.Timestamp == default ? (DateTimeOffset?)null : e.Timestamp).ToArray(),
            events.Select(e => e.CorrelationId).ToArray(),
            events.Select(e => e.UserName).ToArray());
    }
}
