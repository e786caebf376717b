using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Feedback.Typos;

/// <summary>Maintains the copies of articles, and closes the reports that a new version settles.</summary>
public sealed class ArticleTracker(Decider decider, IDocumentStore store)
{
    /// <summary>Loads all known versions of an article; throws <see cref="NotFound"/> if there are none.</summary>
    public async Task<ArticleVersions> Load(Guid id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Events.AggregateStreamAsync<ArticleVersions>(Streams.Article(id), token: ct) is { Versions.Count: > 0 } article
            ? article
            : throw new NotFound("There is no published article with this id. If it is new, retry in a second.");
    }

    /// <summary>
    /// Stores a version that was received from the bus, perhaps repeatedly or late. The reports that it settles are closed for a known
    /// version too, because the process may have crashed between the two steps.
    /// </summary>
    public async Task Receive(Guid article, ArticleVersionSeen seen, DateTimeOffset at, CancellationToken ct)
    {
        await decider.Decide<ArticleVersions>(Streams.Article(article), a => ArticleVersions.ApplyVersion(a, seen), ct);
        var close = new CloseTypo(await Load(article, ct), at);
        foreach (var report in await ReportsToCheck(article, seen.ArticleVersion, ct))
            await decider.Decide<TypoReport>(report, close.Decide, ct);
    }

    /// <summary>Closes one report if it is already settled, and returns its status.</summary>
    public async Task<TypoStatus> CloseIfSettled(Guid id, DateTimeOffset now, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var report = await session.LoadAsync<TypoReport>(Streams.Typo(id), ct) ?? throw new NotFound("There is no report with this id.");
        var close = new CloseTypo(await Load(report.ArticleId, ct), now);
        return (await decider.Decide<TypoReport>(report.Id, close.Decide, ct)).State!.Status;
    }

    /// <summary>
    /// The reports that a version may settle: pending ones, and those that a later version closed before this one arrived.
    /// </summary>
    private async Task<IReadOnlyList<string>> ReportsToCheck(Guid article, long version, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<TypoReport>()
            .Where(r => r.ArticleId == article
                && (r.Status == TypoStatus.Open
                    || r.Status == TypoStatus.Accepted
                    || (r.Status == TypoStatus.Closed && r.Closed!.ArticleVersion > version)))
            .OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(ct);
    }
}
