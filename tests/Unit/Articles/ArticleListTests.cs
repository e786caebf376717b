using Articles;
using Articles.Publishing;
using Articles.Reading;
using Kit;
using Xunit;
using static Unit.Articles.Contents;

namespace Unit.Articles;

public class ArticleListTests
{
    [Fact]
    public void A_published_article_has_a_row_with_a_heading_in_each_language()
    {
        var row = Row(new ArticlePublished(InTwoLanguages, Some.Noon))!;
        Assert.Equal(("news", Some.Noon, null), (row.Section, row.PublishedAt, row.RevisedAt));
        Assert.Equal(["trade"], row.Tags);
        Assert.Equal(new Heading("Заголовок", "Начало", "zagolovok"), row.Headings["ru"]);
    }

    [Fact]
    public void A_revision_changes_the_row_and_keeps_its_publication_date()
    {
        var row = Row(new ArticlePublished(Draft, Some.Noon), new ArticleRevised(Other, Some.Noon, Some.Noon.AddDays(1)))!;
        Assert.Equal(("analytics", Some.Noon, Some.Noon.AddDays(1)), (row.Section, row.PublishedAt, row.RevisedAt));
    }

    [Fact]
    public void A_draft_has_no_row() => Assert.Null(Row(new ArticleDrafted(Draft), new DraftRevised(Other)));

    [Fact]
    public void A_retracted_article_has_no_row() =>
        Assert.Null(Row(new ArticlePublished(Draft, Some.Noon), new ArticleRetracted("wrong", Some.Noon)));

    [Fact]
    public void A_retracted_article_that_is_published_again_has_a_row() =>
        Assert.NotNull(
            Row(new ArticlePublished(Draft, Some.Noon), new ArticleRetracted("wrong", Some.Noon), new ArticlePublished(Draft, Some.Noon)));

    private static ArticleSummary? Row(params object[] events) =>
        Streamed.Fold<ArticleSummary>(new ArticleListProjection().Evolve, Streams.Article(Some.Id()), events);
}
