using Articles;
using Articles.Publishing;
using Articles.Reading;
using Kit;
using Xunit;
using static Unit.Articles.Contents;

namespace Unit.Articles;

public class ArticlePageTests
{
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");

    [Fact]
    public void A_draft_has_no_page() =>
        Assert.Null(
            Streamed.Fold<ArticlePage>(new ArticlePageProjection().Evolve, Streams.Article(Id), new ArticleDrafted(InTwoLanguages)));

    [Fact]
    public void A_page_has_every_published_slug_and_no_slugs_of_drafts()
    {
        var page = Page(
            new ArticlePublished(InTwoLanguages, Some.Noon),
            new DraftRevised(Slugged("draft")),
            new ArticleRevised(Slugged("other"), Some.Noon, Some.Noon));
        Assert.Equal([("other", "en"), ("title", "en"), ("zagolovok", "ru")], page.Slugs.OrderBy(s => s.Key).Select(s => (s.Key, s.Value)));
        Assert.Equal(["other"], page.CurrentSlugs().Values);
        Assert.Equal(Id, page.ArticleId);
    }

    [Fact]
    public void A_revision_shows_the_new_content_and_keeps_the_publication_date()
    {
        var page = Page(
            new ArticleDrafted(Draft), new ArticlePublished(Draft, Some.Noon), new ArticleRevised(Other, Some.Noon, Some.Noon.AddDays(1)));
        Assert.True(page.Content!.IsSameAs(Other));
        Assert.Equal((Some.Noon, Some.Noon.AddDays(1)), (page.PublishedAt, page.RevisedAt));
    }

    [Fact]
    public void A_retracted_article_shows_a_note_until_it_is_published_again()
    {
        object[] retracted = [new ArticleDrafted(Draft), new ArticlePublished(Draft, Some.Noon), new ArticleRetracted("wrong", Some.Noon)];
        Assert.Equal("wrong", Page(retracted).RetractionNote);
        Assert.Null(Page([.. retracted, new ArticlePublished(Draft, Some.Noon)]).RetractionNote);
    }

    [Fact]
    public void The_version_of_a_page_is_the_version_of_its_stream() =>
        Assert.Equal(2, Page(new ArticleDrafted(Draft), new ArticlePublished(Draft, Some.Noon)).ServedVersion);

    private static Content Slugged(string slug) =>
        Draft with { Texts = new Dictionary<string, Text> { ["en"] = English with { Slug = slug } } };

    private static ArticlePage Page(params object[] events) =>
        Streamed.Fold<ArticlePage>(new ArticlePageProjection().Evolve, Streams.Article(Id), events)!;
}
