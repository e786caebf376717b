using System.Reflection;
using JasperFx.Events.Aggregation;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// An inline projection that writes a table of its own in SQL. Saying which one, and from which events, lets a replay build it anew beside
/// the live one.
/// </summary>
public interface ITableProjection : IProjection
{
    /// <summary>The table's name without its schema, which is the store's.</summary>
    string Table { get; }
    /// <summary>The events it looks at.</summary>
    IReadOnlyList<Type> Events { get; }
}

/// <summary>
/// A read model that can be built anew from the events: a document folded from one stream each, or a table written in SQL.
/// </summary>
public abstract class ReadModel(string name, string table, IReadOnlyList<Type> events, int version)
{
    /// <summary>What an admin calls it.</summary>
    public string Name => name;
    /// <summary>Its table, without the schema.</summary>
    public string Table => table;
    /// <summary>The events it is made of.</summary>
    public IReadOnlyList<Type> Events => events;
    /// <summary>The version of its code (<see cref="ReadModelVersionAttribute"/>).</summary>
    public int Version => version;

    /// <summary>Every row, into the empty shadow, as of that moment; says now and then how many events it has passed.</summary>
    internal abstract Task Fill(ShadowTable shadow, StoredEvents stored, Moment moment, Func<long, Task> passed, CancellationToken ct);

    /// <summary>What that moment sees and the horizon did not. How many events that was.</summary>
    internal abstract Task<long> CatchUp(ShadowTable shadow, StoredEvents stored, Moment moment, Horizon since, CancellationToken ct);

    /// <summary>The row of one stream, into the empty shadow.</summary>
    internal virtual Task Only(string stream, ShadowTable shadow, StoredEvents stored, Moment moment, CancellationToken ct) =>
        throw new NotSupportedException($"{Name} has no row of one stream.");

    /// <summary>The read models of a store, by name. <paramref name="shadows"/> makes a store whose tables are in another schema.</summary>
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
                    $"The projection {name} cannot be rebuilt: let it implement {nameof(ITableProjection)}.");
        }
        return models;
    }

    /// <summary>The names of a store's read models, each with the version of its code.</summary>
    public static string VersionsOf(IDocumentStore store) => string.Join(
        ", ",
        Of(store, _ => throw new InvalidOperationException("Nothing is rebuilt here.")).Values
            .Select(m => FormattableString.Invariant($"{m.Name} {m.Version}")));

    /// <summary>The version that the attribute on one of these types says, or 1.</summary>
    public static int VersionOf(params Type[] code) =>
        code.Select(c => c.GetCustomAttribute<ReadModelVersionAttribute>()).FirstOrDefault(a => a is not null)?.Version ?? 1;

    /// <summary>The projection's name where it was given one; a snapshot is called as its document: article-copy.</summary>
    private static string Handle(string name, Type document) =>
        name.Contains(document.Name, StringComparison.OrdinalIgnoreCase) || name.Any(char.IsUpper)
            ? string.Concat(document.Name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant()
            : name;
}
