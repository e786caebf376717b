using Articles.Publishing;
using Kit;
using Xunit;
using static Unit.Articles.Contents;

namespace Unit.Articles;

public class ArticleTests
{
    [Fact]
    public void An_unknown_event_does_not_change_an_article()
    {
        var article = new Article { Draft = Draft };
        Assert.Same(article, article.Evolve("something new"));
    }

    [Fact]
    public void A_retracted_article_that_is_published_again_is_no_longer_retracted()
    {
        var retracted = new Article().Evolve(new ArticlePublished(Draft, Some.Noon)).Evolve(new ArticleRetracted("wrong", Some.Noon));
        Assert.True(retracted.Retracted);
        Assert.False(retracted.Evolve(new ArticlePublished(Draft, Some.Noon)).Retracted);
    }

    [Fact]
    public void Contents_with_equal_elements_are_the_same_in_any_type_of_collection() =>
        Assert.True(
            Draft.IsSameAs(
                Draft with
                {
                    Tags = new List<string> { "trade" },
                    Texts = new SortedDictionary<string, Text> { ["en"] = English with { } },
                }));

    public static TheoryData<Content> DifferentContents { get; } = new()
    {
        Draft with { Section = "other" },
        Draft with { Tags = [] },
        Draft with { Tags = ["trade", "energy"] },
        Draft with { OccurredOn = new DateOnly(2026, 1, 1) },
        Draft with { Author = "A" },
        Draft with { Source = "S" },
        Draft with { Texts = new Dictionary<string, Text> { ["ru"] = English } },
        Draft with { Texts = new Dictionary<string, Text> { ["en"] = English with { BodyHtml = "" } } },
        InTwoLanguages,
    };

    [Theory]
    [MemberData(nameof(DifferentContents), DisableDiscoveryEnumeration = true)]
    public void Contents_that_differ_in_any_field_are_different(Content other) => Assert.False(Draft.IsSameAs(other));

    [Fact]
    public void Content_differs_from_no_content() => Assert.False(Draft.IsSameAs(null));

    [Fact]
    public void An_autosaved_draft_does_not_change_the_published_content()
    {
        var article = new object[] { new ArticleDrafted(Draft), new ArticlePublished(Draft, Some.Noon), new DraftRevised(Other) }
            .Aggregate(new Article(), (a, e) => a.Evolve(e));
        Assert.True(article.Published!.IsSameAs(Draft));
        Assert.Equal("published", article.State);
    }

    [Fact]
    public void Contents_with_different_covers_or_related_articles_are_different()
    {
        var cover = new Cover("https://example.org/a.jpg", new Dictionary<string, string> { ["en"] = "A flag" });
        Assert.False((Draft with { Cover = cover }).IsSameAs(Draft));
        Assert.True(
            (Draft with { Cover = cover }).IsSameAs(
                Draft with { Cover = cover with { Alt = new Dictionary<string, string> { ["en"] = "A flag" } } }));
        Assert.False((Draft with { Related = [Guid.Empty] }).IsSameAs(Draft));
    }
}
