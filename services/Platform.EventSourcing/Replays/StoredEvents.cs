using System.Runtime.CompilerServices;
using JasperFx.Events;
using Marten;
using Marten.Events;
using Marten.Internal;
using Npgsql;
using Weasel.Storage;

namespace Platform.EventSourcing.Replays;

/// <summary>Events straight out of their table, read as Marten reads them, without a session for each page.</summary>
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
    /// <summary>For projections that ask for one; nothing is loaded through it.</summary>
    public IQuerySession Session { get; }
    private string Columns { get; }

    /// <summary>Events in SQL order; <paramref name="rest"/> begins with the condition.</summary>
    public async IAsyncEnumerable<IEvent> Read(NpgsqlConnection connection, string rest, [EnumeratorCancellation] CancellationToken ct, params object[] arguments)
    {
        await using var command = Sql.Command(connection, $"select {Columns} from {Table} d where {rest}", arguments);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) yield return ((ISelector<IEvent>)_storage).Resolve(reader);
    }

    /// <summary>Names under which events of these types are stored.</summary>
    public string[] Names(IEnumerable<Type> types) => Names(Store, types);

    /// <summary>Names under which events of these types are stored.</summary>
    public static string[] Names(IDocumentStore store, IEnumerable<Type> types) => [.. types.Select(t => ((IEventRegistry)((StoreOptions)store.Options).Events).EventMappingFor(t).EventTypeName)];
}
