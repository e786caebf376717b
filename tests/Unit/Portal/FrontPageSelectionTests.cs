using System.Net;
using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>The distribution of the articles on the front page.</summary>
public class FrontPageSelectionTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_featured_articles_come_first_and_are_not_repeated()
    {
        var news = Articles("news", 10);
        var selection = FrontPageSelection.Of([news[0], news[5]], [Section("news", news)]);

        Assert.Equal([news[0], news[5]], selection.Featured);
        var others = selection.Latest.Concat(selection.Bands[0].Articles).ToArray();
        Assert.DoesNotContain(news[0], others);
        Assert.DoesNotContain(news[5], others);
    }

    [Fact]
    public void The_latest_articles_are_the_newest_of_all_sections_with_the_newest_first()
    {
        var (news, analytics) = (Articles("news", 4), Articles("analytics", 4, firstHour: 2));
        var selection = FrontPageSelection.Of([news[0]], [Section("news", news), Section("analytics", analytics)]);

        Assert.Equal(
            [.. news.Skip(1).Concat(analytics).OrderByDescending(a => a.PublishedAt).Take(FrontPageSelection.LatestShown)],
            selection.Latest);
    }

    [Fact]
    public void Without_featured_articles_the_newest_one_is_the_lead_story()
    {
        var news = Articles("news", 3);
        Assert.Equal([news[^1]], FrontPageSelection.Of([], [Section("news", news)]).Featured);
    }

    [Fact]
    public void A_band_repeats_a_latest_article_only_if_its_section_has_too_few_others()
    {
        var (many, few) = (Articles("news", 12, firstHour: 10), Articles("analytics", 2, firstHour: 50));
        var selection = FrontPageSelection.Of([], [Section("news", many), Section("analytics", few)]);

        var (news, analytics) = (selection.Bands[0].Articles, selection.Bands[1].Articles);
        Assert.Equal(FrontPageSelection.BandShown, news.Count);
        Assert.Empty(news.Intersect(selection.Latest));
        Assert.Equal([few[0]], analytics); // the other one is the lead story
        Assert.Contains(few[0], selection.Latest);
    }

    [Fact]
    public void Articles_in_the_readers_language_come_before_newer_ones_that_are_not_translated()
    {
        var (own, foreign) = (Articles("news", 7), Articles("news", 5, firstHour: 100, fallback: true));
        var selection = FrontPageSelection.Of([own[0]], [Section("news", [.. own, .. foreign])]);

        Assert.All(selection.Latest, a => Assert.False(a.Fallback));
        Assert.All(selection.Bands[0].Articles, a => Assert.False(a.Fallback));
    }

    [Fact]
    public void A_section_that_could_not_be_read_is_marked()
    {
        var away = new FrontPage.SectionNews(
            new("news", 1, new Dictionary<string, string>()), new(null, HttpStatusCode.ServiceUnavailable, null, []));
        Assert.True(Assert.Single(FrontPageSelection.Of([], [away]).Bands).IsUnavailable);
    }

    private static FrontPage.SectionNews Section(string key, IReadOnlyList<ArticleItem> articles) => new(
        new(key, 1, new Dictionary<string, string>()), new(new Listed<ArticleItem>(articles), HttpStatusCode.OK, null, []));

    /// <summary>Articles of successive hours, oldest first.</summary>
    private static ArticleItem[] Articles(string section, int count, int firstHour = 0, bool fallback = false) =>
    [
        .. Enumerable.Range(firstHour, count).Select(hour => new ArticleItem(
            Guid.CreateVersion7(), $"{section}-{hour}", section, [], fallback ? "en" : "ru", $"Title {hour}", "",
            Start.AddHours(hour), null, 0, fallback, false, null, null)),
    ];
}
