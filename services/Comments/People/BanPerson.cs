using System.ComponentModel.DataAnnotations;
using Comments.Posting;
using Marten;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.People;

/// <summary>A person was banned from commenting. Only the name of the stream identifies the person, by a hash of their address.</summary>
public sealed record PersonBanned([property: Confidential] string Reason, DateTimeOffset BannedAt) : Stored;
/// <summary>The ban of a person was lifted.</summary>
public sealed record PersonReadmitted(DateTimeOffset ReadmittedAt);

/// <summary>Whether a person is banned from commenting.</summary>
public sealed record Ban : Stored, IState<Ban>
{
    public string Id { get; init; } = "";
    public PersonBanned? Banned { get; init; }

    /// <summary>The hash that identifies the person, taken from the name of the stream.</summary>
    public string Person() => Id["ban-".Length..];

    public Ban Evolve(object @event) => @event switch
    {
        PersonBanned e => this with { Banned = e },
        PersonReadmitted _ => this with { Banned = null },
        _ => this,
    };
}

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
    private static async Task<string> BanStream(IQuerySession session, string emailHash, CancellationToken ct)
    {
        var hash = EmailHash.Checked(emailHash);
        var contact = await session.Query<CommentContact>().Where(c => c.EmailHash == hash).FirstOrDefaultAsync(ct);
        return Comments.Streams.Ban(contact is null ? hash : EmailHash.Of(Mailbox(contact.Email)));
    }

    public IEnumerable<object> Decide(Ban? ban)
    {
        if (ban?.Banned is null) yield return new PersonBanned(Reason, Now);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
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
            return await Write(await BanStream(session, emailHash, ct), readmit.Decide, "person-readmitted", http, decider, actor, ct);
        }).Requires(Roles.Moderator);
        app.MapGet("/api/moderation/bans", async (IQuerySession session, CancellationToken ct) =>
        {
            var bans = await session.Query<Ban>().OrderBy(b => b.Id).ToListAsync(ct);
            // PersonNames has copied bans under a plain hash to the keyed hash, so the plain ones would be duplicates.
            var active = bans.Where(b => b.Banned is not null && !EmailHash.IsPlain(b.Person()));
            return new { items = active.Select(b => new BanItem(b.Person(), b.Banned!.Reason, b.Banned.BannedAt)) };
        }).Requires(Roles.Moderator);
    }

    private static async Task<WrittenAnswer> Write(
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

/// <summary>A moderator lifts the ban of a person.</summary>
public sealed record ReadmitPerson(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Ban? ban)
    {
        if (ban is null) throw new NotFound("No person with this hash was ever banned.");
        if (ban.Banned is not null) yield return new PersonReadmitted(Now);
    }
}

/// <summary>A banned person, with the reason and the time of the ban.</summary>
public sealed record BanItem(string EmailHash, string Reason, DateTimeOffset BannedAt);

/// <summary><c>reason</c>: the reason of the decision. Only moderators see it.</summary>
public sealed record ReasonRequest([property: Required, Visible, StringLength(500, MinimumLength = 1)] string Reason)
{
    internal string Trimmed() => Reason.Trim() is { Length: > 0 } reason ? reason : throw new Malformed("reason", "must not be blank");
}
