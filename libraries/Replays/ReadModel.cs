using System.Reflection;
using JasperFx.Events.Aggregation;
using JasperFx.Events.Projections;
using Marten;
using Platform.EventSourcing;

namespace Platform.Replays;

/// <summary>
/// A read model that can be rebuilt from the events: either documents, each folded from one stream, or a table that is written in SQL.
/// </summary>
public abstract class ReadModel(string name, string table, IReadOnlyList<Type> events, int version)
{
    /// <summary>The name that admins use in replay targets.</summary>
    public string Name => name;
    /// <summary>The name of its table, without the schema.</summary>
    public string Table => table;
    /// <summary>The types of the events from which it is built.</summary>
    public IReadOnlyList<Type> Events => events;
    /// <summary>The version of its code (see <see cref="ReadModelVersionAttribute"/>).</summary>
    public int Version => version;

    /// <summary>
    /// Fills the empty shadow table with all rows, as of the snapshot, and reports from time to time how many events it has processed.
    /// </summary>
    internal abstract Task Fill(
        ShadowTable shadow,
        StoredEvents stored,
        SharedSnapshot snapshot,
        Func<long, Task> passed,
        CancellationToken ct);

    /// <summary>Processes the events that the snapshot contains and the horizon does not cover, and returns their number.</summary>
    internal abstract Task<long> CatchUp(
        ShadowTable shadow,
        StoredEvents stored,
        SharedSnapshot snapshot,
        EventHorizon since,
        CancellationToken ct);

    /// <summary>Fills the empty shadow table with the row of one stream.</summary>
    internal virtual Task FillStream(
        string stream,
        ShadowTable shadow,
        StoredEvents stored,
        SharedSnapshot snapshot,
        CancellationToken ct) =>
        throw new NotSupportedException($"The rows of {Name} are not built from single streams.");

    /// <summary>
    /// Returns the read models of a store by name. <paramref name="shadows"/> creates a store whose tables are in another schema.
    /// </summary>
    public static IReadOnlyDictionary<string, ReadModel> Of(IDocumentStore store, Func<string, IDocumentStore> shadows)
    {
        var options = (StoreOptions)store.Options;
        var models = new SortedDictionary<string, ReadModel>(StringComparer.Ordinal);
        foreach (var source in options.Projections.All.Where(p => p is ProjectionBase { Lifecycle: ProjectionLifecycle.Inline }))
        {
            var name = ((ProjectionBase)source).Name;
            if (source is IAggregateProjection { AggregateType: var type } && type == typeof(Replay)) continue;
            if (source is IAggregateProjection fold)
            {
                var model = (ReadModel)Activator.CreateInstance(
                    typeof(FoldedDocument<>).MakeGenericType(fold.AggregateType),
                    Handle(name, fold.AggregateType),
                    options,
                    source,
                    fold.AllEventTypes,
                    VersionOf(source.GetType(), fold.AggregateType))!;
                models.Add(model.Name, model);
            }
            else if (source is ProjectionWrapper<IDocumentOperations, IQuerySession> { Inner: ITableProjection table })
                models.Add(name, new WrittenTable(name, table, shadows, VersionOf(table.GetType())));
            else
                throw new InvalidOperationException(
                    $"The projection {name} cannot be rebuilt. It must implement {nameof(ITableProjection)}.");
        }
        return models;
    }

    /// <summary>Returns the names of a store's read models, each with the version of its code.</summary>
    public static string VersionsOf(IDocumentStore store) => string.Join(
        ", ",
        Of(store, _ => throw new InvalidOperationException("Listing the versions of read models must not rebuild any.")).Values
            .Select(m => FormattableString.Invariant($"{m.Name} {m.Version}")));

    /// <summary>Returns the version in the attribute on one of these types, or 1.</summary>
    public static int VersionOf(params Type[] code) =>
        code.Select(c => c.GetCustomAttribute<ReadModelVersionAttribute>()).FirstOrDefault(a => a is not null)?.Version ?? 1;

    /// <summary>
    /// The name of the projection if it was set explicitly. A snapshot is named after its document, for example article-copy.
    /// </summary>
    private static string Handle(string name, Type document) =>
        name.Contains(document.Name, StringComparison.OrdinalIgnoreCase) || name.Any(char.IsUpper)
            ? string.Concat(document.Name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant()
            : name;
}
