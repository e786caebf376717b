using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.Contents;
using static Unit.Articles.People;

namespace Unit.Articles;

public class DraftArticleTests
{
    [Fact]
    public void The_first_draft_creates_the_article() =>
        Spec<Article>.Given()
            .When(new DraftArticle(Draft, Ann, FourEyes.None).Decide)
            .Then(new ArticleDrafted(Draft) { By = "ann" });

    [Fact]
    public void A_changed_draft_is_stored() =>
        Spec<Article>.Given(new ArticleDrafted(Draft))
            .When(new DraftArticle(Other, Ann, FourEyes.None).Decide)
            .Then(new DraftRevised(Other) { By = "ann" });

    [Fact]
    public void Sending_the_same_draft_again_changes_nothing() =>
        Spec<Article>.Given(new ArticleDrafted(Draft))
            .When(new DraftArticle(Draft with { Tags = ["trade"] }, Ann, FourEyes.None).Decide)
            .ThenNothing();

    [Fact]
    public void Authors_change_drafts_that_they_created_or_that_are_assigned_to_them()
    {
        var byBen = new ArticleDrafted(Draft) { By = "ben" };
        var change = new DraftArticle(Other, Ben, FourEyes.None);
        Spec<Article>.Given(byBen).When(change.Decide).Then(new DraftRevised(Other) { By = "ben" });
        var byAnn = new ArticleDrafted(Draft) { By = "ann" };
        Spec<Article>.Given(byAnn).When(change.Decide).ThenThrows<Forbidden>("created or that are assigned");
        Spec<Article>.Given(byAnn, new ArticleAssigned("ben")).When(change.Decide).Then(new DraftRevised(Other) { By = "ben" });
        Spec<Article>.Given(byAnn, new ArticleAssigned("ben"), new ArticleAssigned(null))
            .When(change.Decide)
            .ThenThrows<Forbidden>("created");
    }

    [Fact]
    public void A_draft_by_an_unknown_person_belongs_to_no_author() =>
        Spec<Article>.Given(new ArticleDrafted(Draft))
            .When(new DraftArticle(Other, Ben with { Name = "" }, FourEyes.None).Decide)
            .ThenThrows<Forbidden>("Authors");

    [Fact]
    public void An_author_cannot_change_a_draft_that_is_scheduled() =>
        Spec<Article>.Given(new ArticleDrafted(Draft) { By = "ben" }, new ArticleScheduled(Some.Noon))
            .When(new DraftArticle(Other, Ben, FourEyes.None).Decide)
            .ThenRejected("cancel the schedule");

    [Fact]
    public void A_publisher_writes_no_drafts() =>
        Spec<Article>.Given(new ArticleDrafted(Draft) { By = "ann" })
            .When(new DraftArticle(Other, Pia, FourEyes.None).Decide)
            .ThenThrows<Forbidden>("Authors");

    [Fact]
    public void A_change_cancels_the_schedule_if_the_section_requires_two_persons()
    {
        object[] scheduled = [new ArticleDrafted(Draft), new ArticleScheduled(Some.Noon)];
        var changed = new DraftRevised(Tagged) { By = "ann" };
        Spec<Article>.Given(scheduled).When(new DraftArticle(Tagged, Ann, FourEyes.None).Decide).Then(changed);
        Spec<Article>.Given(scheduled).When(new DraftArticle(Tagged, Ann, InNews).Decide).Then(changed, new ArticleUnscheduled());
        // The section of the draft before or after the change has the rule.
        Spec<Article>.Given(scheduled)
            .When(new DraftArticle(Other, Ann, new FourEyes(new HashSet<string> { "analytics" })).Decide)
            .Then(new DraftRevised(Other) { By = "ann" }, new ArticleUnscheduled());
    }

    [Fact]
    public void A_change_of_an_approved_draft_returns_it_to_review()
    {
        object[] approved = [new ArticleDrafted(Draft), new DraftSubmitted(), new DraftApproved()];
        var after = Spec<Article>.Given(approved)
            .When(new DraftArticle(Other, Ann, FourEyes.None).Decide)
            .ThenEachTime(new DraftRevised(Other) { By = "ann" });
        Assert.Equal(Article.InReview, after!.Review);
        Assert.Equal("inReview", after.Stage);
    }

    [Fact]
    public void The_source_of_a_translation_is_recorded_once()
    {
        var mark = new TranslationMarked("ru", "en", 1, English.Fingerprint());
        Spec<Article>.Given(new ArticleDrafted(Draft))
            .When((new DraftArticle(InTwoLanguages, Ann, FourEyes.None) { MadeFrom = [mark] }).Decide)
            .Then(new DraftRevised(InTwoLanguages) { By = "ann" }, mark);
        Spec<Article>.Given(new ArticleDrafted(InTwoLanguages), mark)
            .When((new DraftArticle(InTwoLanguages, Ann, FourEyes.None) { MadeFrom = [mark with { Version = 2 }] }).Decide)
            .Then(mark with { Version = 2 });
    }

    [Fact]
    public void A_translation_is_stale_while_its_source_has_another_text()
    {
        var mark = new TranslationMarked("ru", "en", 1, English.Fingerprint());
        var article = new Article().Evolve(new ArticleDrafted(InTwoLanguages)).Evolve(mark);
        Assert.Empty(article.StaleTranslations());
        var rewritten = InTwoLanguages with
        {
            Texts = new Dictionary<string, Text>(InTwoLanguages.Texts) { ["en"] = English with { BodyHtml = "<p>Other</p>" } },
        };
        Assert.Equal(["ru"], article.Evolve(new DraftRevised(rewritten)).StaleTranslations());
        Assert.Empty(article.Evolve(new DraftRevised(rewritten)).Evolve(new DraftRevised(InTwoLanguages)).StaleTranslations());
    }

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

    private static readonly Content Tagged = Draft with { Tags = ["energy"] };

    private static ArticleRequest Request(TextRequest? text = null, string language = "en", string[]? tags = null) =>
        new("news", new() { [language] = text ?? new TextRequest("Title", "<p>Body</p>") }, tags);
}
