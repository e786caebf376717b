using System.Security.Claims;
using Platform.Web;

namespace Portal.Console.Editing;

/// <summary>
/// What the signed-in person may do with articles. The services decide that; the console only hides what they would refuse.
/// </summary>
public sealed record Rights(string Name, bool MayWrite, bool MayPublish, bool IsEditor)
{
    public static Rights None { get; } = new("", false, false, false);

    public static Rights Of(ClaimsPrincipal person) => new(
        person.FindFirst("sub")?.Value ?? "",
        Roles.Writers.Any(person.IsInRole),
        Roles.Publishing.Any(person.IsInRole),
        person.IsInRole(Roles.Editor));

    /// <summary>Whether another person must approve and publish the draft.</summary>
    public bool NeedsSecondPerson(DraftView draft) => draft.FourEyes && draft.ChangedBy == Name;
}
