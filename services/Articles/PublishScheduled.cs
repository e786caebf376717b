using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// Shows what is due, dated with the moment it was due. What is not due (any more) is left alone: a second replica, a second try, or an
/// editor who was faster change nothing.
/// </summary>
public sealed record PublishScheduled(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Article? article) =>
        article?.ScheduledFor is { } due && due <= Now ? PublishArticle.Show(article, null, due, null) : [];
}

/// <summary>
/// Looks every second, in every replica, for what is due. The appointment is in the store and in nobody's memory: a restart forgets
/// nothing, and what fell due while no replica ran is shown by the first one that does.
/// </summary>
public sealed partial class Schedule(IDocumentStore store, GroupCommit group, TimeProvider clock, ILogger<Schedule> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var decider = new Decider(store, group, new Actor { Name = "schedule" });
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                foreach (var stream in await Due(clock.Now(), stoppingToken)) await Publish(decider, stream, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotSeen(log, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<IReadOnlyList<string>> Due(DateTimeOffset now, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<Article>()
            .Where(a => a.ScheduledFor <= now)
            .OrderBy(a => a.ScheduledFor)
            .Select(a => a.Id)
            .Take(100)
            .ToListAsync(ct);
    }

    /// <summary>One that fails does not keep the others waiting; it is tried again.</summary>
    private async Task Publish(Decider decider, string stream, CancellationToken ct)
    {
        try
        {
            var decision = await decider.Decide<Article>(stream, new PublishScheduled(clock.Now()).Decide, ct);
            if (decision.Changed) Published(log, stream, decision.Version);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotPublished(log, e, stream);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Published {Stream} as scheduled: version {Version}.")]
    private static partial void Published(ILogger log, string stream, long version);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Stream} is due but could not be published; trying again.")]
    private static partial void NotPublished(ILogger log, Exception e, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is due could not be read; trying again.")]
    private static partial void NotSeen(ILogger log, Exception e);
}
