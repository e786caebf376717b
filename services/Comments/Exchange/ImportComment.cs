using Comments.Posting;
using Comments.Threads;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>
/// Imports a comment unchanged. A comment that was not visible on the other site is held for moderators. A comment that already exists is
/// not changed.
/// </summary>
public sealed record ImportComment(ExchangedComment Imported)
{
    public IEnumerable<object> Decide(Comment? comment, ArticleCopy? article, CommentView? parent)
    {
        if (comment is not null) yield break;
        if (article is null) throw new NotFound("There is no published article with the articleId of this comment.");
        // A reply to a comment that is not visible here becomes a top-level comment.
        var parentId = parent is { Status: CommentStatus.Shown } && parent.ArticleId == Imported.ArticleId ? Imported.ParentId : null;
        var (storedParent, depth) = CommentView.PositionOfReply(parentId, parent);
        var heldBecause = Imported.Status == CommentStatus.Shown ? null : "not visible on the site it was imported from";
        yield return new CommentPosted(
            Imported.ArticleId, storedParent, Imported.Author, Imported.Text, Imported.PostedAt, heldBecause)
        { Depth = depth };
    }
}
