namespace Feedback;

/// <summary>
/// Closes a report that is settled by what readers are served now: its words are not there any more, or the article is not. <paramref name="Corrects"/>: the
/// report whose correction this revision is.
/// </summary>
public sealed record CloseTypo(ArticleVersions Article, Guid? Corrects, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(TypoReport? report)
    {
        if (report?.First is not { } first || report.Status is TypoStatus.Rejected or TypoStatus.Closed) yield break;
        var newest = Article.Newest;
        if (newest.Retracted) yield return new TypoClosed(report.ArticleId, TypoOutcome.Retracted, newest.ArticleVersion, Now);
        else if (Corrects == Streams.Id(report.Id) || Article.InNewest(first.ArticleVersion, first.Spot) is null)
            yield return new TypoClosed(report.ArticleId, Corrects is null ? TypoOutcome.TextGone : TypoOutcome.Corrected, newest.ArticleVersion, Now);
    }
}
