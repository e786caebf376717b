using Comments.Moderation;
using Comments.Posting;
using Marten;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.People;

/// <summary>
/// <c>GET /api/people/{emailHash}</c>: everything that a person posted with their e-mail address, to answer a request for their data. The
/// person is identified by the SHA-256 of the address, so that no e-mail address appears in URLs or logs.
/// </summary>
public static class PersonalRecords
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/people/{emailHash}", async (
            string emailHash,
            HttpContext http,
            PersonNames names,
            IQuerySession session,
            CancellationToken ct) =>
        {
            await names.UpgradeContacts(ct);
            SecurityLog.Of(http).RawDataRead(http);
            var hash = EmailHash.Checked(emailHash);
            var contacts = await session.Query<CommentContact>().Where(c => c.EmailHash == hash).OrderBy(c => c.Id).ToListAsync(ct);
            var views = (await session.LoadManyAsync<CommentView>(ct, contacts.Select(c => c.Id))).ToDictionary(v => v.Id);
            var comments = new List<PersonsComment>();
            foreach (var contact in contacts.Where(c => views.ContainsKey(c.Id)))
            {
                var events = await session.Events.FetchStreamAsync(contact.Id, token: ct);
                var item = ModerationItem.Of(views[contact.Id], hash);
                comments.Add(new(contact.Email, contact.Notify, item, [.. events.Select(HistoryItem.Of)])
                {
                    ConfirmedAt = contact.ConfirmedAt,
                });
            }
            return new { items = comments };
        }).Requires(Roles.Moderator);
}

/// <summary>
/// One comment of a person, with the address they left and the history of the comment. <c>confirmedAt</c>: when the owner of the address
/// confirmed that the comment is theirs; absent if it was not confirmed.
/// </summary>
public sealed record PersonsComment(string Email, bool Notify, ModerationItem Comment, IReadOnlyList<HistoryItem> History)
{
    public DateTimeOffset? ConfirmedAt { get; init; }
}
