using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.People;

/// <summary>A moderator lifts the ban of a person.</summary>
public sealed record ReadmitPerson(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Ban? ban)
    {
        if (ban is null) throw new NotFound("No person with this hash was ever banned.");
        if (ban.Banned is not null) yield return new PersonReadmitted(Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("/api/moderation/bans/{emailHash}", async (
            string emailHash,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            IQuerySession session,
            Actor actor,
            CancellationToken ct) =>
        {
            var readmit = new ReadmitPerson(clock.Now());
            var ban = await BanPerson.BanStream(session, emailHash, ct);
            return await BanPerson.Write(ban, readmit.Decide, "person-readmitted", http, decider, actor, ct);
        }).Requires(Roles.Moderator);
}
