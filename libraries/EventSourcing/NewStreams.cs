using JasperFx.Events.Aggregation;
using JasperFx.Events.Projections;
using Marten;

namespace Platform.EventSourcing;

/// <summary>
/// Stores new streams together with the inline read models of their events: with one statement for the streams, one for the events, one for
/// each kind of document that is folded from a stream, and the statements of the tables that are written in SQL.
/// </summary>
internal sealed class NewStreams
{
    private readonly EventTables _tables;
    private readonly IReadOnlyList<ReadModel> _readModels;

    public NewStreams(IDocumentStore store, EventTables tables)
    {
        _tables = tables;
        var options = (StoreOptions)store.Options;
        _readModels =
        [
            .. options.Projections.All.Where(p => p is ProjectionBase { Lifecycle: ProjectionLifecycle.Inline })
            .Select(p => Of(options, tables, p)),
        ];
    }

    /// <summary>Queues the statements. They fail if one of the streams exists.</summary>
    public async Task Start(IDocumentOperations session, IReadOnlyList<StreamChange> streams, CancellationToken ct)
    {
        _tables.Start(session, streams);
        foreach (var model in _readModels) await model.Write(session, streams, ct); // in the same order as Marten
    }

    private static ReadModel Of(StoreOptions options, EventTables tables, object projection) => projection switch
    {
        IAggregateProjection fold and IAggregatorSource<IQuerySession> => (ReadModel)Activator.CreateInstance(
            typeof(FoldedDocuments<>).MakeGenericType(fold.AggregateType), options, tables, projection)!,
        ProjectionWrapper<IDocumentOperations, IQuerySession> { Inner: ITableProjection table } => new WrittenTable(table),
        _ => throw new InvalidOperationException(
            $"{projection} cannot be updated for several new streams at once. It must fold a single stream, or implement "
            + $"{nameof(ITableProjection)}."),
    };

    private abstract class ReadModel
    {
        public abstract Task Write(IDocumentOperations session, IReadOnlyList<StreamChange> streams, CancellationToken ct);
    }

    private sealed class WrittenTable(ITableProjection table) : ReadModel
    {
        public override Task Write(IDocumentOperations session, IReadOnlyList<StreamChange> streams, CancellationToken ct) =>
            table.ApplyAsync(session, [.. streams.SelectMany(s => s.Events)], ct);
    }

    private sealed class FoldedDocuments<T>(StoreOptions options, EventTables tables, IAggregateProjection projection) : ReadModel
        where T : class
    {
        private readonly DocumentFold<T> _fold = new(options, (IAggregatorSource<IQuerySession>)projection);

        public override async Task Write(IDocumentOperations session, IReadOnlyList<StreamChange> streams, CancellationToken ct)
        {
            var documents = new List<(string Id, long Version, T Document)>();
            foreach (var stream in streams.Where(s => s.Events.Any(e => projection.AllEventTypes.Contains(e.EventType))))
                if (await _fold.Add(null, stream.Stream, stream.Events, ct) is { } document)
                    documents.Add((stream.Stream, stream.Version, document));
            if (documents.Count > 0) tables.Documents<T>().Store(session, documents);
        }
    }
}
