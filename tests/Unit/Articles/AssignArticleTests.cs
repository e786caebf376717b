using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;

namespace Unit.Articles;

public class AssignArticleTests
{
    private static readonly ArticleDrafted Drafted = new(Draft) { By = "ann" };

    [Fact]
    public void An_article_is_assigned_to_a_person() =>
        Spec<Article>.Given(Drafted).When(new AssignArticle("ben").Decide).Then(new ArticleAssigned("ben"));

    [Fact]
    public void An_assignment_is_removed() =>
        Spec<Article>.Given(Drafted, new ArticleAssigned("ben")).When(new AssignArticle(null).Decide).Then(new ArticleAssigned(null));

    [Fact]
    public void The_same_assignment_changes_nothing() =>
        Spec<Article>.Given(Drafted, new ArticleAssigned("ben")).When(new AssignArticle("ben").Decide).ThenNothing();

    [Fact]
    public void An_unknown_article_cannot_be_assigned() =>
        Spec<Article>.Given().When(new AssignArticle("ben").Decide).ThenThrows<NotFound>("no article");
}
