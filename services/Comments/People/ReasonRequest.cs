using System.ComponentModel.DataAnnotations;
using Platform.Web;

namespace Comments.People;

/// <summary><c>reason</c>: the reason of the decision. Only moderators see it.</summary>
public sealed record ReasonRequest([property: Required, Visible, StringLength(500, MinimumLength = 1)] string Reason)
{
    internal string Trimmed() => Reason.Trim() is { Length: > 0 } reason ? reason : throw new Malformed("reason", "must not be blank");
}
