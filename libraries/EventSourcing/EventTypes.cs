using JasperFx.Events.Aggregation;
using JasperFx.Events.Projections;
using Marten;
using Microsoft.Extensions.Hosting;

namespace Platform.EventSourcing;

/// <summary>
/// Registers the event types of all states and read models before anything is read or appended. Marten registers an event type when it is
/// first appended, and until then finds it only by the .NET name that is stored with an event. These stored names are the names of the
/// assembly and the type, so that they do not change if the type moves to another folder; replicas of earlier versions rely on them.
/// </summary>
public sealed class EventTypes(IDocumentStore store) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var options = (StoreOptions)store.Options;
        options.Events.AddEventTypes(options.Projections.All.SelectMany(Of).Distinct());
        foreach (var known in store.Options.Events.AllKnownEventTypes())
        {
            var assembly = known.EventType.Assembly.GetName().Name;
            known.DotNetTypeName = $"{assembly}.{known.EventType.Name}, {assembly}";
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IEnumerable<Type> Of(object projection) => projection switch
    {
        IAggregateProjection fold => fold.AllEventTypes,
        ProjectionWrapper<IDocumentOperations, IQuerySession> { Inner: ITableProjection table } => table.Events,
        _ => [],
    };
}
