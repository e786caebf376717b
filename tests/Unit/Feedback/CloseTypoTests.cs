using Feedback;
using Feedback.Typos;
using Kit;
using Xunit;
using static Unit.Feedback.SomeTypo;
using static Unit.Feedback.SpotTrackingTests;

namespace Unit.Feedback;

public class CloseTypoTests
{
    private static readonly Guid Report = Some.Id();

    private static TypoReport Folded(params object[] events) =>
        events.Aggregate(new TypoReport { Id = Streams.Typo(Report) }, (r, e) => r.Evolve(e));

    private static ArticleVersions Seen(params ArticleVersionSeen[] versions) =>
        versions.Aggregate(new ArticleVersions(), (a, v) => a.Evolve(v));

    private static readonly ArticleVersionSeen Original = Version(1, "<p>The sumit of all</p>"),
        Fixed = Version(2, "<p>The summit of all</p>");

    [Fact]
    public void A_revision_closes_only_the_reports_that_it_settles()
    {
        static object? Closed(ArticleVersions article, TypoReport report) =>
            new CloseTypo(article, Some.Noon).Decide(report).SingleOrDefault();
        var closed = new TypoClosed(Article, TypoOutcome.Corrected, 2, Some.Noon);

        Assert.Equal(closed, Closed(Seen(Original, Fixed with { Corrects = Report }), Folded(Reported, Accepted)));
        Assert.Equal(closed, Closed(Seen(Original, Fixed with { Corrects = Some.Id() }), Folded(Reported)));
        Assert.Equal(closed with { Outcome = TypoOutcome.TextGone }, Closed(Seen(Original, Fixed), Folded(Reported)));
        var comma = Version(2, "<p>The sumit, of all</p>") with { Corrects = Report };
        Assert.Equal(closed, Closed(Seen(Original, comma), Folded(Reported, Accepted)));
        Assert.Null(Closed(Versions("<p>The sumit of all</p>", "<p>The sumit of everyone</p>"), Folded(Reported)));
        Assert.Null(Closed(Seen(Original, Fixed), Folded(Reported, new TypoRejected("No.", Some.Noon))));
        Assert.Null(Closed(Seen(Original, Fixed with { Corrects = Report }), Folded(Reported, closed)));
        var retracted = new ArticleVersionSeen(2, "", new Dictionary<string, Wording>(), true);
        Assert.Equal(closed with { Outcome = TypoOutcome.Retracted }, Closed(Seen(Original, retracted), Folded(Reported)));
    }

    public static TheoryData<ArticleVersionSeen[]> Histories { get; } = new()
    {
        new[] { Fixed with { Corrects = Report }, Version(3, "<p>Another text altogether</p>") },
        new[] { Version(2, "<p>Another text altogether</p>"), Version(3, "<p>The sumit of all</p>") },
        new[]
        {
            new ArticleVersionSeen(2, "", new Dictionary<string, Wording>(), true),
            Version(3, "<p>The sumit of all</p>"),
            Version(4, "<p>None</p>"),
        },
        new[]
        {
            Version(2, "<p>Today the sumit of all</p>"),
            Version(3, "<p>Today the summit of all</p>") with { Corrects = Some.Id() },
            Version(4, "<p>None</p>"),
        },
    };

    [Theory]
    [MemberData(nameof(Histories), DisableDiscoveryEnumeration = true)]
    public void The_outcome_of_a_report_does_not_depend_on_the_order_in_which_versions_arrive(ArticleVersionSeen[] versions)
    {
        var inOrder = Outcome(versions);
        Assert.NotNull(inOrder);
        foreach (var random in Some.Seeds(30)) Assert.Equal(inOrder, Outcome([.. random.Redelivered(versions)]));
    }

    /// <summary>How the report is closed if the versions arrive in this order and each is decided on at once.</summary>
    private static TypoClosed? Outcome(IEnumerable<ArticleVersionSeen> versions)
    {
        var (article, report) = (Seen(Original), Folded(Reported, Accepted));
        foreach (var version in versions)
        {
            article = ArticleVersions.ApplyVersion(article, version).Aggregate(article, (a, e) => a.Evolve(e));
            var isPending = report.Closed is null || report.Closed.ArticleVersion > version.ArticleVersion;
            if (isPending)
                report = new CloseTypo(article, Some.Noon.AddDays(version.ArticleVersion)).Decide(report)
                    .Aggregate(report, (r, e) => r.Evolve(e));
        }
        return report.Closed;
    }
}
