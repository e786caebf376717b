using System.Security.Cryptography;
using System.Text;
using Platform.Web;

namespace Comments.Posting;

internal static class OwnComment
{
    /// <summary>The comment, if the token is the one of its author and the edit window is not over.</summary>
    public static Comment Of(Comment? comment, string tokenHash, DateTimeOffset now, TimeSpan window)
    {
        if (comment?.Posted is not { } posted) throw new NotFound("There is no comment with this id.");
        if (posted.EditHash is null
            || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(posted.EditHash), Encoding.ASCII.GetBytes(tokenHash)))
            throw new Forbidden("This Edit-Token is not the one of this comment.");
        if (now > posted.PostedAt + window)
            throw new Rejected(
                $"A comment can be changed for {window.TotalMinutes:0} minutes after it was posted. That time has passed.");
        return comment;
    }
}
