using Articles.Publishing;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.Contents;

namespace Unit.Articles;

public class DraftArticleTests
{
    [Fact]
    public void The_first_draft_creates_the_article() =>
        Spec<Article>.Given().When(new DraftArticle(Draft).Decide).Then(new ArticleDrafted(Draft));

    [Fact]
    public void A_changed_draft_is_stored() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(new DraftArticle(Other).Decide).Then(new DraftRevised(Other));

    [Fact]
    public void Sending_the_same_draft_again_changes_nothing() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(new DraftArticle(Draft with { Tags = ["trade"] }).Decide).ThenNothing();

    [Fact]
    public void A_draft_of_a_published_article_does_not_change_the_published_content()
    {
        var article = new Article()
            .Evolve(new ArticleDrafted(Draft))
            .Evolve(new ArticlePublished(Draft, Some.Noon))
            .Evolve(new DraftRevised(Other));
        Assert.True(article.Published!.IsSameAs(Draft));
        Assert.True(article.Draft!.IsSameAs(Other));
    }

    [Fact]
    public void Duplicate_tags_are_stored_once() =>
        Assert.Equal(["trade", "energy"], Request(tags: ["trade", "energy", "trade"]).ToContent().Tags);

    [Fact]
    public void A_text_without_a_slug_gets_one_from_its_title() =>
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
    public void A_malformed_draft_is_rejected_with_the_name_of_the_field(ArticleRequest request, string field) =>
        Assert.Equal(field, Assert.Throws<Malformed>(request.ToContent).Field);

    [Theory]
    [InlineData("")]
    [InlineData("<p></p>")]
    [InlineData("<p>&nbsp;<br></p>")]
    [InlineData("<p><img src=\"https://a.example/a.png\" alt=\"\"></p>")]
    public void A_draft_may_have_an_empty_body_or_only_an_image(string body) =>
        Assert.Equal("T", Request(new TextRequest("T", body)).ToContent().Texts["en"].Title);

    private static ArticleRequest Request(TextRequest? text = null, string language = "en", string[]? tags = null) =>
        new("news", new() { [language] = text ?? new TextRequest("Title", "<p>Body</p>") }, tags);
}
