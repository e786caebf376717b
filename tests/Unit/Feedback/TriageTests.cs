using Feedback;
using Feedback.Typos;
using Kit;
using Platform.Contracts.Articles;
using Platform.Web;
using Xunit;
using static Unit.Feedback.SpotTrackingTests;

namespace Unit.Feedback;

public class TriageTests
{
    private static readonly Guid Article = Some.Id();
    private static readonly Spot Spot = new("en", Part.Body, 4, 5);
    private static readonly TypoReported Reported = new(
        Some.Id(), Article, "news", "Title", 1, Spot, "The ", "sumit", " of all", "It is double m.", "ann@example.org", Some.Noon);
    private static readonly ArticleVersions Unchanged = Versions("<p>The sumit of all</p>");
    private static readonly TypoAccepted Accepted = new(
        Article, 1, "en", Part.Body, "The ", "sumit", " of all", "summit", "A typing error was corrected.", Some.Noon);
    private static readonly AcceptTypo Accept = new(Unchanged, "summit", null, Some.Noon);

    [Fact]
    public void A_report_is_stored() => Spec<TypoReport>.Given().When(new ReportTypo(Reported).Decide).Then(Reported);

    [Fact]
    public void Another_report_of_the_same_location_is_stored() =>
        Spec<TypoReport>.Given(Reported)
            .When(new ReportTypo(Reported with { ReportId = Article }).Decide)
            .Then(Reported with { ReportId = Article });

    [Fact]
    public void Reports_of_one_location_beyond_the_limit_are_not_stored() =>
        Spec<TypoReport>.Given([.. Enumerable.Range(0, ReportTypo.MaxReports).Select(_ => Reported with { ReportId = Some.Id() })])
            .When(new ReportTypo(Reported).Decide)
            .ThenNothing();

    [Fact]
    public void An_open_report_can_be_accepted() => Spec<TypoReport>.Given(Reported).When(Accept.Decide).Then(Accepted);

    [Fact]
    public void A_report_is_accepted_at_its_location_in_the_newest_version()
    {
        var article = Versions("<p>The sumit of all</p>", "<p>Sumit: yes. Now the sumit of all, sumit of none</p>");
        Spec<TypoReport>.Given(Reported).When((Accept with { Article = article }).Decide)
            .Then(Accepted with { ArticleVersion = 2, Before = "t: yes. Now the ", Selection = "sumit", After = " of all, sumit o" });
    }

    [Fact]
    public void An_accepted_report_cannot_be_accepted_with_another_replacement() =>
        Spec<TypoReport>.Given(Reported, Accepted).When((Accept with { Replacement = "peak" }).Decide).ThenRejected("summit");

    [Fact]
    public void A_rejected_report_cannot_be_accepted() =>
        Spec<TypoReport>.Given(Reported, new TypoRejected("Fine.", Some.Noon)).When(Accept.Decide).ThenRejected("Reopen");

    [Fact]
    public void A_replacement_must_differ_from_the_text_of_the_article() =>
        Spec<TypoReport>.Given(Reported).When((Accept with { Replacement = "sumit" }).Decide).ThenThrows<Malformed>("already");

    [Fact]
    public void A_report_whose_text_is_no_longer_in_the_article_cannot_be_accepted() =>
        Spec<TypoReport>.Given(Reported)
            .When((Accept with { Article = Versions("<p>The sumit of all</p>", "<p>The summit of all</p>") }).Decide)
            .ThenRejected("no longer in the article");

    [Fact]
    public void A_report_can_be_rejected_and_reopened()
    {
        var rejected = new TypoRejected("It is a name.", Some.Noon);
        Spec<TypoReport>.Given(Reported).When(new RejectTypo("It is a name.", Some.Noon).Decide).Then(rejected);
        Spec<TypoReport>.Given(Reported, rejected).When(new ReopenTypo(Some.Noon).Decide).Then(new TypoReopened(Some.Noon));
        Spec<TypoReport>.Given(Reported, Accepted).When(new RejectTypo("No.", Some.Noon).Decide).ThenRejected("already accepted");
        var closed = new TypoClosed(Article, TypoOutcome.Corrected, 2, Some.Noon);
        Spec<TypoReport>.Given(Reported, Accepted, closed).When(new ReopenTypo(Some.Noon).Decide).ThenRejected("closed");
    }

    [Fact]
    public void An_accepted_report_that_was_not_corrected_can_be_reopened_and_accepted_again()
    {
        Spec<TypoReport>.Given(Reported, Accepted).When(new ReopenTypo(Some.Noon).Decide).Then(new TypoReopened(Some.Noon));
        Spec<TypoReport>.Given(Reported, Accepted, new TypoReopened(Some.Noon)).When(Accept.Decide).Then(Accepted);
    }

    [Fact]
    public void A_refused_correction_reopens_the_report_once()
    {
        var refused = new TypoCorrectionRefused(default, "typo-1", 1, Some.Noon, default, Article, 2, "No such place.");
        Spec<TypoReport>.Given(Reported, Accepted)
            .When(r => WhenTypoCorrectionRefused.Decide(refused, r))
            .Then(new TypoConflicted(2, "No such place."));
        Spec<TypoReport>.Given(Reported, Accepted, new TypoConflicted(2, "No such place."), Accepted)
            .When(r => WhenTypoCorrectionRefused.Decide(refused, r))
            .ThenNothing();
    }

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

    [Fact]
    public async Task Personal_data_of_reporters_is_never_published()
    {
        var sent = await Outgoing.Translate(
            Streamed.In(
                $"typo-{Some.Id()}",
                Reported,
                Accepted,
                new TypoRejected("No.", Some.Noon),
                new TypoClosed(Article, TypoOutcome.TextGone, 2, Some.Noon)),
            null!,
            TestContext.Current.CancellationToken);
        Assert.Equal(["TypoReportAccepted", "TypoReportClosed"], sent.Select(m => m.Message.GetType().Name));
        Assert.All(sent, m => Assert.DoesNotContain("ann@example.org", Shown.Of(m.Message), StringComparison.Ordinal));
        Assert.All(sent, m => Assert.DoesNotContain("double m", Shown.Of(m.Message), StringComparison.Ordinal));
    }
}
