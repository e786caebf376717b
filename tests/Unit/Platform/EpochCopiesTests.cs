using Articles.Publishing;
using Articles.Reading;
using Comments.Threads;
using Feedback.Typos;
using Kit;
using Xunit;
using Articles_ = Platform.Contracts.Articles;
using Comments_ = Platform.Contracts.Comments;

namespace Unit.Platform;

/// <summary>
/// What consumers keep after the store of a publisher was restored: they accept lower versions and discard what is not sent again.
/// </summary>
public class EpochCopiesTests
{
    private const long Later = 1_800_000_000;

    [Fact]
    public void A_lower_version_in_a_later_epoch_replaces_the_copy_of_an_article()
    {
        var copy = Fold(Seen(7, "lost"));
        copy = Fold(copy, global::Comments.Threads.WhenArticlePublished.Decide(Published(2, "true"), copy, Later));
        Assert.Equal((2, Later, "true"), (copy!.ArticleVersion, copy.Epoch, copy.Section));
        Assert.Empty(global::Comments.Threads.WhenArticlePublished.Decide(Published(9, "lost"), copy));
        Assert.Empty(ArticleCopy.Withdraw(copy, Later));
    }

    [Fact]
    public void A_retraction_in_a_later_epoch_clears_the_copy()
    {
        var copy = Fold(Seen(7, "lost"));
        copy = Fold(
            copy, global::Comments.Threads.WhenArticleRetracted.Decide(new(default, "a", 3, Some.Noon, default, "Wrong."), copy, Later));
        Assert.Equal((3, true, null), (copy!.ArticleVersion, copy.Retracted, copy.Section));
    }

    [Fact]
    public void An_article_that_was_not_sent_again_is_withdrawn_until_it_is_published_late()
    {
        var copy = Fold(Seen(7, "lost"));
        copy = Fold(copy, ArticleCopy.Withdraw(copy, Later));
        Assert.Equal((0, true, null), (copy!.ArticleVersion, copy.Retracted, copy.Section));
        Assert.Empty(ArticleCopy.Withdraw(copy, Later));
        Assert.Empty(ArticleCopy.Withdraw(null, Later));
        copy = Fold(copy, global::Comments.Threads.WhenArticlePublished.Decide(Published(1, "late"), copy, Later));
        Assert.Equal((1, false, "late"), (copy!.ArticleVersion, copy.Retracted, copy.Section));
    }

    [Fact]
    public void A_count_in_a_later_epoch_replaces_a_higher_version_and_a_lost_discussion_is_reset()
    {
        var counted = new ArticleDiscussion().Evolve(new DiscussionCounted(9, 30));
        var change = Assert.Single(WhenDiscussionChanged.Decide(Changed(4, 2), counted, Later));
        Assert.Equal(new DiscussionCounted(2, 4) { Epoch = Later }, change);
        counted = counted.Evolve(change);
        Assert.Empty(WhenDiscussionChanged.Decide(Changed(31, 10), counted));
        Assert.Empty(ArticleDiscussion.ResetCount(counted, Later));
        Assert.Equal(new DiscussionCounted(0, 0) { Epoch = Later + 1 }, Assert.Single(ArticleDiscussion.ResetCount(counted, Later + 1)));
    }

    [Fact]
    public void Versions_of_a_later_epoch_replace_those_with_the_same_number_and_the_rest_is_discarded_at_its_end()
    {
        var article = Versions(Version(1, "one"), Version(2, "two"), Version(3, "lost"));
        article = Apply(article, ArticleVersions.ApplyVersion(article, Version(1, "one", Later)));
        article = Apply(article, ArticleVersions.ApplyVersion(article, Version(2, "other", Later)));
        Assert.Equal(3, article.Newest.ArticleVersion);
        Assert.Empty(ArticleVersions.ApplyVersion(article, Version(4, "lost, too")));

        article = Apply(article, ArticleVersions.RemoveLostVersions(article, Later));
        Assert.Equal([(1, "one"), (2, "other")], article.Versions.Select(v => (v.ArticleVersion, v.Section)));
        Assert.Empty(ArticleVersions.RemoveLostVersions(article, Later));
        Assert.Empty(Apply(article, ArticleVersions.RemoveLostVersions(article, Later + 1)).Versions);
    }

    [Fact]
    public void A_report_on_a_lost_version_is_closed_by_the_next_version()
    {
        var article = Versions(Version(1, "one", Later));
        var spot = new Spot("en", Part.Body, 0, 3);
        Assert.Null(article.Settled("typo-1", 3, spot));
        Assert.Null(article.InNewest("typo-1", 3, spot));
        article = Apply(article, ArticleVersions.ApplyVersion(article, Version(4, "four", Later)));
        Assert.Equal((4, TypoOutcome.TextGone), article.Settled("typo-1", 3, spot));
    }

    [Fact]
    public void An_acceptance_is_known_unless_the_feedback_service_has_lost_it()
    {
        var report = Some.Id();
        var refused = new TypoRefusals().Evolve(new TypoRefused(report, Some.Id(), 5, "Gone."));
        Assert.Equal(new TypoHeardAgain(Later), Assert.Single(TypoRefusals.Acknowledge(refused, Later)));
        var heard = refused.Evolve(new TypoHeardAgain(Later));
        Assert.Equal((5, false), (heard.Acceptance, heard.Forgotten));
        Assert.Empty(TypoRefusals.Acknowledge(heard, Later));
        Assert.Empty(TypoRefusals.RemoveLost(heard, Later));

        var forgotten = refused.Evolve(Assert.Single(TypoRefusals.RemoveLost(refused, Later)));
        Assert.Equal((0, true, Later), (forgotten.Acceptance, forgotten.Forgotten, forgotten.Epoch));
        Assert.Equal(
            (false, Later),
            forgotten.Evolve(Assert.Single(TypoRefusals.Acknowledge(forgotten, Later))) is var again
                ? (again.Forgotten, again.Epoch)
                : default);
        Assert.Empty(TypoRefusals.Acknowledge(null, 0));
    }

    private static ArticleCopy? Fold(params object[] events) => Fold(null, events);

    private static ArticleCopy? Fold(ArticleCopy? copy, IEnumerable<object> events) =>
        events.Aggregate(copy, (c, e) => (c ?? new()).Evolve(e));

    private static ArticleVersions Versions(params object[] events) => Apply(new(), events);

    private static ArticleVersions Apply(ArticleVersions article, IEnumerable<object> events) =>
        events.Aggregate(article, (a, e) => a.Evolve(e));

    private static ArticleSeen Seen(long version, string section) =>
        new(version, false) { Section = section, PublishedAt = Some.Noon, Headings = [] };

    private static Articles_.ArticlePublished Published(long version, string section) =>
        new(default, "a", version, Some.Noon, default, section, [], Some.Noon, new Dictionary<string, Articles_.ArticleText>());

    private static Comments_.DiscussionChanged Changed(long version, int comments) =>
        new(default, "d", version, Some.Noon, default, comments);

    private static ArticleVersionSeen Version(long version, string words, long epoch = 0) =>
        new(version, words, new Dictionary<string, Wording> { ["en"] = new("Title", "", $"<p>{words}</p>") }, false) { Epoch = epoch };
}
