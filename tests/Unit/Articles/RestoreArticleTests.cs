using Articles.Publishing;
using Kit;
using Xunit;
using static Unit.Articles.A;

namespace Unit.Articles;

public class RestoreArticleTests
{
    [Fact]
    public void Restoring_a_version_creates_a_new_draft() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new DraftRevised(Other))
            .When(new RestoreArticle(Draft, 1).Decide)
            .Then(new DraftRevised(Draft) { RestoredFrom = 1 });

    [Fact]
    public void Restoring_the_current_content_changes_nothing() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(new RestoreArticle(Draft, 1).Decide).ThenNothing();
}
