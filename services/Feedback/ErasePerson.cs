using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Feedback;

/// <summary>
/// <c>DELETE /api/feedback/people/{emailHash}?reason=</c>: erases all personal data of a person, who is identified by the SHA-256 of the
/// e-mail address. The reason, which must not identify the person, is recorded.
/// </summary>
public static class ErasePerson
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("/api/feedback/people/{emailHash}", async (
            string emailHash,
            string? reason,
            HttpContext http,
            Erasure erasure,
            Actor actor,
            CancellationToken ct) =>
        {
            var erased = await erasure.Person(EmailHash.CheckedPlain(emailHash), actor.Name, ErasureReason.Checked(reason), ct);
            SecurityLog.Of(http).Acted("person-erased", actor.Name, $"{erased.Messages} messages, {erased.Reports} typo reports");
            return erased;
        }).Requires(Roles.Moderator);
}
