using Marten;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.People;

/// <summary>Lists the banned people, for moderators.</summary>
public static class BanList
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/moderation/bans", async (IQuerySession session, CancellationToken ct) =>
        {
            var bans = await session.Query<Ban>().OrderBy(b => b.Id).ToListAsync(ct);
            // PersonNames has copied bans under a plain hash to the keyed hash, so the plain ones would be duplicates.
            var active = bans.Where(b => b.Banned is not null && !EmailHash.IsPlain(b.Person()));
            return new { items = active.Select(b => new BanItem(b.Person(), b.Banned!.Reason, b.Banned.BannedAt)) };
        }).Requires(Roles.Moderator);
}

/// <summary>A banned person, with the reason and the time of the ban.</summary>
public sealed record BanItem(string EmailHash, string Reason, DateTimeOffset BannedAt);
