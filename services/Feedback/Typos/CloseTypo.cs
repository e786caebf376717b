namespace Feedback.Typos;

/// <summary>
/// Closes a report that a version of its article settles: the version corrects it, no longer contains the reported text, or is a
/// retraction. If messages arrive in another order and a later version has already closed the report, the earlier version closes it again.
/// </summary>
public sealed record CloseTypo(ArticleVersions Article, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(TypoReport? report)
    {
        if (report?.First is not { } first || report.Status == TypoStatus.Rejected) yield break;
        if (Article.Settled(report.Id, first.ArticleVersion, first.Spot) is not { } settled) yield break;
        if (report.Closed is { } closed && closed.ArticleVersion <= settled.Version) yield break;
        yield return new TypoClosed(report.ArticleId, settled.Outcome, settled.Version, Now);
    }
}
