using System.ComponentModel.DataAnnotations;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>A person, named by the hash of their address in the stream's name only, may not comment any more.</summary>
public sealed record PersonBanned([property: Confidential] string Reason, DateTimeOffset BannedAt) : Stored;
/// <summary>They may again.</summary>
public sealed record PersonReadmitted(DateTimeOffset ReadmittedAt);

/// <summary>Whether a person may comment.</summary>
public sealed record Ban : Stored, IState<Ban>
{
    public string Id { get; init; } = "";
    public PersonBanned? Banned { get; init; }

    /// <summary>The name of the person, out of the name of the stream.</summary>
    public string Person() => Id["ban-".Length..];

    public Ban Evolve(object @event) => @event switch
    {
        PersonBanned e => this with { Banned = e },
        PersonReadmitted _ => this with { Banned = null },
        _ => this,
    };
}

/// <summary>
/// A moderator bans a person. A ban is of a mailbox: an address with and without a tag (<c>ann+news@</c>, <c>ann@</c>) is the same person.
/// </summary>
public sealed record BanPerson(string Reason, DateTimeOffset Now)
{
    /// <summary>The address without a tag, which anybody can add to their own.</summary>
    internal static string Mailbox(string email)
    {
        var (tag, at) = (email.IndexOf('+', StringComparison.Ordinal), email.LastIndexOf('@'));
        return tag > 0 && tag < at ? email[..tag] + email[at..] : email;
    }

    /// <summary>The bans that exclude an address: of its mailbox and, from before bans were of mailboxes, of itself.</summary>
    internal static string[] Streams(string email) =>
        [.. new[] { Mailbox(email), email }.Select(e => Comments.Streams.Ban(EmailHash.Of(e))).Distinct()];

    /// <summary>The mailbox of the person that a moderator names by the hash of an address that was left with a comment.</summary>
    private static async Task<string> Person(IQuerySession session, string emailHash, CancellationToken ct)
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
            return await Put(await Person(session, emailHash, ct), ban.Decide, "person-banned", http, decider, actor, ct);
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
            return await Put(await Person(session, emailHash, ct), readmit.Decide, "person-readmitted", http, decider, actor, ct);
        }).Requires(Roles.Moderator);
        app.MapGet("/api/moderation/bans", async (IQuerySession session, CancellationToken ct) =>
        {
            var bans = await session.Query<Ban>().OrderBy(b => b.Id).ToListAsync(ct);
            // Those under a plain name were repeated under the keyed one (PersonNames).
            var now = bans.Where(b => b.Banned is not null && !EmailHash.IsPlain(b.Person()));
            return new { items = now.Select(b => new BanItem(b.Person(), b.Banned!.Reason, b.Banned.BannedAt)) };
        }).Requires(Roles.Moderator);
    }

    private static async Task<WrittenAnswer> Put(
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

/// <summary>A moderator lets a banned person comment again.</summary>
public sealed record ReadmitPerson(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Ban? ban)
    {
        if (ban is null) throw new NotFound("Nobody with this hash was ever banned.");
        if (ban.Banned is not null) yield return new PersonReadmitted(Now);
    }
}

/// <summary>Who is banned, since when, and why.</summary>
public sealed record BanItem(string EmailHash, string Reason, DateTimeOffset BannedAt);

/// <summary><c>reason</c>: for other moderators.</summary>
public sealed record ReasonRequest([property: Required, Visible, StringLength(500, MinimumLength = 1)] string Reason)
{
    internal string Trimmed() => Reason.Trim() is { Length: > 0 } reason ? reason : throw new Malformed("reason", "must not be blank");
}
