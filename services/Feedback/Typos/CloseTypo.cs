namespace Feedback;

/// <summary>
/// Closes a report that a version of its article settles: it corrects the report, does not have its words any more, or is a retraction. A
/// report that a later version closed already, because the messages came in another order, is closed again by the earlier one.
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
