using Comments.Moderation;
using Comments.Posting;
using Comments.Threads;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class PostCommentTests
{
    private static readonly Guid
        Article = new("01900000-0000-7000-8000-000000000001"),
        Parent = new("01900000-0000-7000-8000-000000000002");
    private static readonly ArticleCopy Open = new() { ArticleVersion = 2 };
    private static readonly CommentView Shown = new() { ArticleId = Article, Status = CommentStatus.Shown };
    private static readonly PostComment Post = new(Article, null, "Ann", "Well said.", Some.Noon);

    [Fact]
    public void A_comment_is_visible_at_once() =>
        Posting(Post).Then(new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, null));

    [Fact]
    public void A_reply_names_its_parent() => Posting(Post with { ParentId = Parent }, parent: Shown)
        .Then(new CommentPosted(Article, Parent, "Ann", "Well said.", Some.Noon, null) { Depth = 1 });

    [Theory]
    [InlineData(1, true, 2)]
    [InlineData(CommentView.MaxDepth - 1, true, CommentView.MaxDepth)]
    [InlineData(CommentView.MaxDepth, false, CommentView.MaxDepth)]
    public void A_reply_to_a_comment_at_the_maximum_depth_is_stored_next_to_it(int parentDepth, bool isUnder, int depth)
    {
        var above = Some.Id();
        var parent = Shown with { Depth = parentDepth, ParentId = above };
        var posted = new CommentPosted(Article, isUnder ? Parent : above, "Ann", "Well said.", Some.Noon, null) { Depth = depth };
        Posting(Post with { ParentId = Parent }, parent: parent).Then(posted);
        Posting(Post with { ParentId = Parent }, Open, parent, posted).ThenNothing();
    }

    [Fact]
    public void Repeating_a_post_changes_nothing_even_later() =>
        Posting(
            Post with { Now = Some.Noon.AddHours(1) },
            Open,
            null,
            new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, null)).ThenNothing();

    [Fact]
    public void Repeating_a_post_changes_nothing_even_if_the_article_is_gone() =>
        Posting(Post, null, null, new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, null)).ThenNothing();

    [Fact]
    public void A_different_comment_with_the_same_key_is_rejected() =>
        Posting(Post with { Text = "Otherwise." }, Open, null, new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, null))
            .ThenRejected("Idempotency-Key");

    [Fact]
    public void A_comment_that_looks_like_spam_is_held_for_moderators() =>
        Posting(Post with { SpamReason = "more than 2 links" }).Then(
            new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, "more than 2 links"));

    [Theory]
    [InlineData(ModerationMode.Post, false, null)]
    [InlineData(ModerationMode.Pre, true, "comments on this article need approval")]
    [InlineData(ModerationMode.FirstHeld, false, "no visible comment by this person yet")]
    [InlineData(ModerationMode.FirstHeld, true, null)]
    public void The_moderation_mode_decides_whether_a_comment_is_held(ModerationMode mode, bool known, string? heldBecause) =>
        Posting(Post with { Rules = new(mode), Known = known }).Then(
            new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, heldBecause));

    [Theory]
    [InlineData(30, true)]
    [InlineData(29, false)]
    public void A_discussion_is_closed_after_the_configured_number_of_days(int days, bool open)
    {
        var old = Posting(Post with { Rules = new(ClosedAfterDays: days) }, Open with { PublishedAt = Some.Noon.AddDays(-30) });
        if (open) old.Then(new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, null));
        else old.ThenRejected("closed");
    }

    [Fact]
    public void A_banned_person_cannot_post() => Posting(Post with { Banned = true }).ThenThrows<Forbidden>("banned");

    [Fact]
    public void An_unknown_article_cannot_be_commented_on() =>
        Spec<Comment>.Given().When(c => Post.Decide(c, null, null)).ThenThrows<NotFound>("no published article");

    [Fact]
    public void The_discussion_of_a_retracted_article_is_closed() =>
        Posting(Post, Open with { Retracted = true }).ThenRejected("closed");

    public static TheoryData<CommentView> InvalidParents { get; } =
        [Shown with { ArticleId = Guid.Empty }, Shown with { Status = CommentStatus.Held }, Shown with { Status = CommentStatus.Hidden }];

    [Theory]
    [MemberData(nameof(InvalidParents), DisableDiscoveryEnumeration = true)]
    public void A_comment_that_is_not_visible_on_this_article_cannot_be_replied_to(CommentView parent) =>
        Posting(Post with { ParentId = Parent }, Open, parent).ThenRejected("reply to");

    [Fact]
    public void A_comment_that_does_not_exist_cannot_be_replied_to() =>
        Posting(Post with { ParentId = Parent }).ThenRejected("reply to");

    private static Spec<Comment> Posting(
        PostComment command, ArticleCopy? article = null, CommentView? parent = null, params object[] given) =>
        Spec<Comment>.Given(given).When(c => command.Decide(c, article ?? (given.Length == 0 ? Open : null), parent));
}
