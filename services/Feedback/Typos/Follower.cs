using Marten;
using Platform.EventSourcing;

namespace Feedback;

/// <summary>Keeps the copies of articles, and closes the reports that a new version settles.</summary>
public sealed class Follower(Decider decider, IDocumentStore store)
{
    /// <summary>What readers were served of an article so far; a 404 where the service has heard of none.</summary>
    public async Task<ArticleVersions> Article(Guid id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Events.AggregateStreamAsync<ArticleVersions>(Streams.Article(id), token: ct) is { Versions.Count: > 0 } article
            ? article
            : throw new NotFound("There is no published article with this id. If it is new, try again in a second.");
    }

    /// <summary>
    /// A version came by the bus, perhaps again or late. What it settles is closed even where a crash came between the two.
    /// </summary>
    public async Task See(Guid article, ArticleVersionSeen seen, DateTimeOffset at, CancellationToken ct)
    {
        await decider.Decide<ArticleVersions>(Streams.Article(article), a => ArticleVersions.See(a, seen), ct);
        var close = new CloseTypo(await Article(article, ct), at);
        foreach (var report in await Waiting(article, seen.ArticleVersion, ct)) await decider.Decide<TypoReport>(report, close.Decide, ct);
    }

    /// <summary>Closes one report if it is settled already; tells how far it is.</summary>
    public async Task<TypoStatus> Check(Guid id, DateTimeOffset now, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var report = await session.LoadAsync<TypoReport>(Streams.Typo(id), ct) ?? throw new NotFound("There is no report with this id.");
        var close = new CloseTypo(await Article(report.ArticleId, ct), now);
        return (await decider.Decide<TypoReport>(report.Id, close.Decide, ct)).Changed ? TypoStatus.Closed : report.Status;
    }

    /// <summary>The reports that a version may settle: those that wait, and those that a later version closed before this one
    /// came.</summary>
    private async Task<IReadOnlyList<string>> Waiting(Guid article, long version, CancellationToken ct)
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
