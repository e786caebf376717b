using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// Publishes an article that is due, with its scheduled time as the publication date. If the article is not due, or no longer scheduled,
/// nothing happens. So it makes no difference if several replicas try, if one retries, or if an editor has just published the article.
/// </summary>
public sealed record PublishScheduled(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Article? article) =>
        article?.ScheduledFor is { } due && due <= Now ? PublishArticle.Publish(article, null, due, null) : [];
}

/// <summary>
/// Every replica queries the store once a second for articles that are due. The schedule exists only in the store, so a restart loses
/// nothing, and the first replica that starts publishes the articles that became due while none was running.
/// </summary>
public sealed partial class ScheduledPublisher(
    IDocumentStore store,
    GroupCommit group,
    TimeProvider clock,
    ILogger<ScheduledPublisher> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        PeriodicWork.Repeat(Interval, clock, PublishDue, e => QueryFailed(log, e), stoppingToken);

    private async Task PublishDue(CancellationToken ct)
    {
        var decider = new Decider(store, group, new Actor { Name = "schedule" });
        foreach (var stream in await Due(clock.Now(), ct)) await Publish(decider, stream, ct);
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

    /// <summary>Catches errors, so that one article does not delay the others. It is retried after the interval.</summary>
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

    [LoggerMessage(Level = LogLevel.Error, Message = "{Stream} is due but could not be published. It will be retried.")]
    private static partial void NotPublished(ILogger log, Exception e, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not query the articles that are due. The query will be retried.")]
    private static partial void QueryFailed(ILogger log, Exception e);
}
