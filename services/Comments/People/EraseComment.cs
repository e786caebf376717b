using Comments.Posting;

namespace Comments.People;

/// <summary>Erases the text and the author of a comment. The fact that a comment existed remains.</summary>
public sealed record EraseComment(DateTimeOffset Now, string? Reason = null)
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment is not { Posted: { } posted, Erased: false }) yield break;
        yield return new CommentErased(posted.ArticleId, Now, comment.Status == CommentStatus.Shown) { Reason = Reason };
    }
}
