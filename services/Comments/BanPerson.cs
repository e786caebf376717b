using System.ComponentModel.DataAnnotations;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>A person, named by the hash of their address in the stream's name only, may not comment any more.</summary>
public sealed record PersonBanned(string Reason, DateTimeOffset BannedAt);
/// <summary>They may again.</summary>
public sealed record PersonReadmitted(DateTimeOffset ReadmittedAt);

/// <summary>Whether a person may comment.</summary>
public sealed record Ban : IState<Ban>
{
    public string Id { get; init; } = "";
    public PersonBanned? Banned { get; init; }

    public Ban Evolve(object @event) => @event switch
    {
        PersonBanned e => this with { Banned = e },
        PersonReadmitted _ => this with { Banned = null },
        _ => this,
    };
}

/// <summary>A moderator bans a person.</summary>
public sealed record BanPerson(string Reason, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Ban? ban)
    {
        if (ban?.Banned is null) yield return new PersonBanned(Reason, Now);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut("/api/moderation/bans/{emailHash}", async (string emailHash, ReasonRequest request, HttpContext http, TimeProvider clock, Decider decider, CancellationToken ct) =>
            (await decider.Decide<Ban>(Streams.Ban(EmailHash.Checked(emailHash)), new BanPerson(request.Trimmed(), clock.Now()).Decide, ct)).Written(http, http.Request.Path)).Requires(Roles.Moderator);
        app.MapDelete("/api/moderation/bans/{emailHash}", async (string emailHash, HttpContext http, TimeProvider clock, Decider decider, CancellationToken ct) =>
            (await decider.Decide<Ban>(Streams.Ban(EmailHash.Checked(emailHash)), new ReadmitPerson(clock.Now()).Decide, ct)).Written(http, http.Request.Path)).Requires(Roles.Moderator);
        app.MapGet("/api/moderation/bans", async (IQuerySession session, CancellationToken ct) =>
            new { items = (await session.Query<Ban>().OrderBy(b => b.Id).ToListAsync(ct)).Where(b => b.Banned is not null).Select(b => new BanItem(b.Id["ban-".Length..], b.Banned!.Reason, b.Banned.BannedAt)) }).Requires(Roles.Moderator);
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
