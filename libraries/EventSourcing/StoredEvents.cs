using System.Runtime.CompilerServices;
using JasperFx.Events;
using Marten;
using Marten.Events;
using Marten.Internal;
using Npgsql;
using Platform.Postgres;
using Weasel.Storage;

namespace Platform.EventSourcing;

/// <summary>Reads events from their table in the same way as Marten, but without a session for each page.</summary>
internal sealed class StoredEvents
{
    private readonly IEventStorage _storage;

    public StoredEvents(IDocumentStore store)
    {
        Store = store;
        Options = (StoreOptions)store.Options;
        Schema = Options.Events.DatabaseSchemaName;
        Table = $"{Schema}.mt_events";
        Session = store.QuerySession();
        _storage = ((IMartenSession)Session).EventStorage();
        Columns = string.Join(", ", _storage.SelectFields().Select(f => f.StartsWith("d.", StringComparison.Ordinal) ? f : $"d.{f}"));
    }

    public IDocumentStore Store { get; }
    public StoreOptions Options { get; }
    public string Schema { get; }
    public string Table { get; }
    /// <summary>A session for projections that require one. Nothing is loaded through it.</summary>
    public IQuerySession Session { get; }
    private string Columns { get; }

    /// <summary>Reads events. <paramref name="rest"/> is the rest of the SQL statement and begins with the condition.</summary>
    public async IAsyncEnumerable<IEvent> Read(
        NpgsqlConnection connection, string rest, [EnumeratorCancellation] CancellationToken ct, params object[] arguments)
    {
        await using var command = Sql.Command(connection, $"select {Columns} from {Table} d where {rest}", arguments);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) yield return Resolve(reader);
    }

    private IEvent Resolve(NpgsqlDataReader row)
    {
        try
        {
            return ((ISelector<IEvent>)_storage).Resolve(row);
        }
        catch (Exception e) when (e is Marten.Exceptions.UnknownEventTypeException or JasperFx.Events.UnknownEventTypeException)
        {
            throw new UnknownEventType(row.GetInt64(row.GetOrdinal("seq_id")), row.GetString(row.GetOrdinal("type")), e);
        }
    }

    /// <summary>The names under which events of these types are stored.</summary>
    public string[] Names(IEnumerable<Type> types) => Names(Store, types);

    /// <summary>The names under which events of these types are stored.</summary>
    public static string[] Names(IDocumentStore store, IEnumerable<Type> types) =>
    [
        .. types.Select(t => ((IEventRegistry)((StoreOptions)store.Options).Events).EventMappingFor(t).EventTypeName),
    ];
}

/// <summary>
/// An event of a type that only a newer version knows. It must not be skipped, so its reader stops until a version that knows it is
/// running.
/// </summary>
public sealed class UnknownEventType(long number, string type, Exception inner) : Exception(
    $"Event number {number} has the type '{type}', which this version does not know, because a newer version stored it. "
    + "Later events are not read until a version that knows this type is running.", inner);
