using Articles;
using Kit;
using Xunit;
using static Unit.Articles.Contents;

namespace Unit.Articles;

public class ArticleTests
{
    [Fact]
    public void An_event_it_does_not_know_leaves_it_as_it_is()
    {
        var article = new Article { Draft = Draft };
        Assert.Same(article, article.Evolve("something new"));
    }

    [Fact]
    public void A_retracted_article_that_is_published_again_is_retracted_no_more()
    {
        var retracted = new Article().Evolve(new ArticlePublished(Draft, Some.Noon)).Evolve(new ArticleRetracted("wrong", Some.Noon));
        Assert.True(retracted.Retracted);
        Assert.False(retracted.Evolve(new ArticlePublished(Draft, Some.Noon)).Retracted);
    }

    [Fact]
    public void Content_says_the_same_whatever_lists_it_is_held_in() =>
        Assert.True(
            Draft.Says(
                Draft with
                {
                    Tags = new List<string> { "trade" },
                    Texts = new SortedDictionary<string, Text> { ["en"] = English with { } },
                }));

    public static TheoryData<Content> Otherwise { get; } = new()
    {
        Draft with { Section = "other" },
        Draft with { Tags = [] },
        Draft with { Tags = ["trade", "energy"] },
        Draft with { OccurredOn = new DateOnly(2026, 1, 1) },
        Draft with { Author = "A" },
        Draft with { Source = "S" },
        Draft with { Texts = new Dictionary<string, Text> { ["ru"] = English } },
        Draft with { Texts = new Dictionary<string, Text> { ["en"] = English with { BodyHtml = "" } } },
        InTwo,
    };

    [Theory]
    [MemberData(nameof(Otherwise), DisableDiscoveryEnumeration = true)]
    public void Content_that_differs_anywhere_says_something_else(Content other) => Assert.False(Draft.Says(other));

    [Fact]
    public void Content_says_something_where_there_was_none() => Assert.False(Draft.Says(null));
}
