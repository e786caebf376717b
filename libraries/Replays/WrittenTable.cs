using System.Threading.Channels;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Platform.EventSourcing;

namespace Platform.Replays;

/// <summary>
/// A table that a projection writes in SQL. To rebuild it, the projection itself processes the events in their order, in a store whose
/// tables are in the schema of the shadow table.
/// </summary>
internal sealed class WrittenTable(string name, ITableProjection projection, Func<string, IDocumentStore> shadows, int version)
    : ReadModel(name, projection.Table, projection.Events, version)
{
    private const int Page = 5000;

    internal override async Task Fill(
        ShadowTable shadow,
        StoredEvents stored,
        SharedSnapshot snapshot,
        Func<long, Task> passed,
        CancellationToken ct)
    {
        await using var connection = await snapshot.OpenConnection(ct);
        await Apply(
            shadow,
            stored.Read(connection, "d.type = any($1) and not d.is_archived order by d.seq_id", ct, [stored.Names(Events)]),
            passed,
            ct);
    }

    internal override async Task<long> CatchUp(
        ShadowTable shadow,
        StoredEvents stored,
        SharedSnapshot snapshot,
        EventHorizon since,
        CancellationToken ct)
    {
        long events = 0;
        await Apply(
            shadow,
            stored.Read(
                snapshot.Connection,
                $"{EventHorizon.NotCovered} and d.type = any($3) and not d.is_archived order by d.seq_id",
                ct,
                since.Head,
                since.Gaps,
                stored.Names(Events)),
            count => { events = count; return Task.CompletedTask; },
            ct);
        return events;
    }

    /// <summary>Reads each page of events while the previous page is being written.</summary>
    private async Task Apply(ShadowTable shadow, IAsyncEnumerable<IEvent> events, Func<long, Task> passed, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pages = Channel.CreateBounded<List<IEvent>>(2);
        var reading = Task.Run(async () =>
        {
            try
            {
                var page = new List<IEvent>(Page);
                await foreach (var e in events.WithCancellation(stop.Token))
                {
                    page.Add(e);
                    if (page.Count < Page) continue;
                    await pages.Writer.WriteAsync(page, stop.Token);
                    page = new List<IEvent>(Page);
                }
                if (page.Count > 0) await pages.Writer.WriteAsync(page, stop.Token);
                pages.Writer.Complete();
            }
            catch (Exception e)
            {
                pages.Writer.Complete(e);
            }
        }, CancellationToken.None);
        try
        {
            using var store = shadows(shadow.Schema);
            var writer = ((StoreOptions)store.Options).Projections.All.OfType<ProjectionWrapper<IDocumentOperations, IQuerySession>>()
                .Select(p => p.Inner)
                .OfType<ITableProjection>()
                .Single(p => p.Table == Table);
            long done = 0;
            await foreach (var page in pages.Reader.ReadAllAsync(ct))
            {
                await using var session = store.LightweightSession();
                await writer.ApplyAsync(session, page, ct);
                await session.SaveChangesAsync(ct);
                await passed(done += page.Count);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }
}
