using Comments.Posting;
using Marten;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.People;

/// <summary>
/// A moderator bans a person. The ban applies to a mailbox: addresses that differ only in a tag (<c>ann+news@</c>, <c>ann@</c>) count as
/// the same person.
/// </summary>
public sealed record BanPerson(string Reason, DateTimeOffset Now)
{
    /// <summary>The address without the tag that its owner can add after a plus sign.</summary>
    internal static string Mailbox(string email)
    {
        var (tag, at) = (email.IndexOf('+', StringComparison.Ordinal), email.LastIndexOf('@'));
        return tag > 0 && tag < at ? email[..tag] + email[at..] : email;
    }

    /// <summary>The streams of the bans that apply to an address. Earlier versions banned exact addresses instead of mailboxes.</summary>
    internal static string[] Streams(string email) =>
        [.. new[] { Mailbox(email), email }.Select(e => Comments.Streams.Ban(EmailHash.Of(e))).Distinct()];

    /// <summary>The stream of the ban of a person, whom the moderator identifies by the hash of an address left with a comment.</summary>
    internal static async Task<string> BanStream(IQuerySession session, string emailHash, CancellationToken ct)
    {
        var hash = EmailHash.Checked(emailHash);
        var contact = await session.Query<CommentContact>().Where(c => c.EmailHash == hash).FirstOrDefaultAsync(ct);
        return Comments.Streams.Ban(contact is null ? hash : EmailHash.Of(Mailbox(contact.Email)));
    }

    public IEnumerable<object> Decide(Ban? ban)
    {
        if (ban?.Banned is null) yield return new PersonBanned(Reason, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/moderation/bans/{emailHash}", async (
            string emailHash,
            ReasonRequest request,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            IQuerySession session,
            Actor actor,
            CancellationToken ct) =>
        {
            var ban = new BanPerson(request.Trimmed(), clock.Now());
            return await Write(await BanStream(session, emailHash, ct), ban.Decide, "person-banned", http, decider, actor, ct);
        }).Requires(Roles.Moderator);

    /// <summary>Decides on a ban, and records the decision in the security log if it changed something.</summary>
    internal static async Task<WrittenAnswer> Write(
        string ban,
        Func<Ban?, IEnumerable<object>> decide,
        string action,
        HttpContext http,
        Decider decider,
        Actor actor,
        CancellationToken ct)
    {
        var decision = await decider.Decide<Ban>(ban, decide, ct);
        if (decision.Changed) SecurityLog.Of(http).Acted(action, actor.Name, "comments");
        return decision.Written(http, http.Request.Path);
    }
}
