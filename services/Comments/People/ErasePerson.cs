using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.People;

/// <summary>
/// <c>DELETE /api/people/{emailHash}?reason=</c>: erases everything that a person posted with their e-mail address, and records the reason,
/// which must not identify the person. The person is identified by the SHA-256 of the address, as in <see cref="PersonalRecords"/>.
/// </summary>
public static class ErasePerson
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("/api/people/{emailHash}", async (
            string emailHash,
            string? reason,
            HttpContext http,
            Erasure erasure,
            Actor actor,
            CancellationToken ct) =>
        {
            var (comments, articles) = await erasure.Person(EmailHash.Checked(emailHash), actor.Name, ErasureReason.Checked(reason), ct);
            SecurityLog.Of(http).Acted("person-erased", actor.Name, $"{comments} comments");
            http.Response.TagWithKeys(articles.Select(SurrogateKey.Comments));
            return new { comments };
        }).Requires(Roles.Moderator);
}
