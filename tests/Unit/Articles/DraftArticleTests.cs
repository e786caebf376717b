using Articles;
using Kit;
using Platform.Hosting;
using Xunit;
using static Unit.Articles.Contents;

namespace Unit.Articles;

public class DraftArticleTests
{
    [Fact]
    public void The_first_draft_begins_an_article() =>
        Spec<Article>.Given().When(new DraftArticle(Draft).Decide).Then(new ArticleDrafted(Draft));

    [Fact]
    public void A_changed_draft_is_kept() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(new DraftArticle(Other).Decide).Then(new DraftRevised(Other));

    [Fact]
    public void The_same_draft_again_changes_nothing() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(new DraftArticle(Draft with { Tags = ["trade"] }).Decide).ThenNothing();

    [Fact]
    public void A_draft_of_a_published_article_leaves_what_readers_see()
    {
        var article = new Article()
            .Evolve(new ArticleDrafted(Draft))
            .Evolve(new ArticlePublished(Draft, Some.Noon))
            .Evolve(new DraftRevised(Other));
        Assert.True(article.Published!.Says(Draft));
        Assert.True(article.Draft!.Says(Other));
    }

    [Fact]
    public void Tags_said_twice_are_kept_once() =>
        Assert.Equal(["trade", "energy"], Request(tags: ["trade", "energy", "trade"]).ToContent().Tags);

    [Fact]
    public void A_slug_is_made_of_the_title_where_none_is_given() =>
        Assert.Equal("shos-segodnya", Request(new TextRequest("ШОС сегодня", "<p>x</p>")).ToContent().Texts["en"].Slug);

    [Fact]
    public void The_body_is_sanitised_before_it_is_stored() =>
        Assert.Equal(
            "<p>x</p>", Request(new TextRequest("T", "<p onclick=\"x()\">x</p><script>x()</script>")).ToContent().Texts["en"].BodyHtml);

    public static TheoryData<ArticleRequest, string> Malformed { get; } = new()
    {
        { Request(language: "fr"), "translations.fr" },
        { Request(tags: ["No Tag"]), "tags" },
        { Request(new TextRequest(" ", "<p>x</p>")), "translations.en.title" },
        { Request(new TextRequest(new string('t', 201), "<p>x</p>")), "translations.en.title" },
        { Request(new TextRequest("T", "<p>x</p>", new string('l', 501))), "translations.en.lead" },
        { Request(new TextRequest("T", new string('b', 200_001))), "translations.en.body" },
        { Request(new TextRequest("T", "<p>x</p>", Slug: "Not A Slug")), "translations.en.slug" },
        { Request(new TextRequest("\u200B", "<p>x</p>")), "translations.en.title" },
        { Request(new TextRequest("&nbsp;", "<p>x</p>")), "translations.en.title" },
        { Request(new TextRequest("T", "<p>x</p>", "\u00AD")), "translations.en.lead" },
        { Request(new TextRequest("T", "<p>\u2800</p>")), "translations.en.body" },
        { Request(new TextRequest("T", "<p><a href=\"https://a.example\"></a></p>")), "translations.en.body" },
        { Request(new TextRequest("T", "~~~word", Format: BodyFormat.Markdown)), "translations.en.body" },
    };

    [Theory]
    [MemberData(nameof(Malformed), DisableDiscoveryEnumeration = true)]
    public void A_malformed_draft_is_refused_by_field(ArticleRequest request, string field) =>
        Assert.Equal(field, Assert.Throws<Malformed>(request.ToContent).Field);

    [Theory]
    [InlineData("")]
    [InlineData("<p></p>")]
    [InlineData("<p>&nbsp;<br></p>")]
    [InlineData("<p><img src=\"https://a.example/a.png\" alt=\"\"></p>")]
    public void A_draft_may_have_no_body_yet_or_a_picture_alone(string body) =>
        Assert.Equal("T", Request(new TextRequest("T", body)).ToContent().Texts["en"].Title);

    private static ArticleRequest Request(TextRequest? text = null, string language = "en", string[]? tags = null) =>
        new("news", new() { [language] = text ?? new TextRequest("Title", "<p>Body</p>") }, tags);
}
