using Comments.Moderation;
using Comments.Posting;
using Marten;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.People;

/// <summary>
/// Erases a person's data from the stored events and from everything derived from them (<see cref="PersonalData"/>). The address is deleted
/// last: if the process crashes, the request can be repeated and finds the remaining data.
/// </summary>
public sealed class Erasure(
    IDocumentStore store,
    GroupCommit group,
    PersonNames names,
    Mail mail,
    TimeProvider clock)
{
    public static void Configure(StoreOptions options)
    {
        options.Events.AddMaskingRuleForProtectedInformation<CommentPosted>(Comment.WithoutPersonalData);
        options.Events.AddMaskingRuleForProtectedInformation<CommentEdited>(e => e with { Text = "" });
    }

    /// <summary>Erases all comments of a person. Returns their number and the articles that they belong to.</summary>
    public async Task<(int Comments, IReadOnlyList<Guid> Articles)> Person(
        string emailHash, string by, string? reason, CancellationToken ct)
    {
        await names.UpgradeContacts(ct);
        await using var session = store.QuerySession();
        var contacts = await session.Query<CommentContact>().Where(c => c.EmailHash == emailHash).ToListAsync(ct);
        var articles = (await session.LoadManyAsync<CommentView>(ct, contacts.Select(c => c.Id)))
            .Select(v => v.ArticleId)
            .Distinct()
            .ToArray();
        foreach (var contact in contacts) await Erase(contact.Id, by, reason, ct);
        return (contacts.Count, articles);
    }

    private async Task Erase(string stream, string by, string? reason, CancellationToken ct)
    {
        await store.Erase<Comment>(group, stream, _ => true, new EraseComment(clock.Now(), reason).Decide, by, ct);
        await using var session = store.LightweightSession();
        var emails = await session.Query<ReplyLetter>().Where(l => l.Parent == stream).Select(l => l.Letter).ToListAsync(ct);
        mail.Forget(emails);
        session.Delete<CommentContact>(stream);
        session.Delete<ReplyLetter>(stream);
        session.DeleteWhere<ReplyLetter>(l => l.Parent == stream);
        await session.SaveChangesAsync(ct);
    }
}

/// <summary>Erases the text and the author of a comment. The fact that a comment existed remains.</summary>
public sealed record EraseComment(DateTimeOffset Now, string? Reason = null)
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment is not { Posted: { } posted, Erased: false }) yield break;
        yield return new CommentErased(posted.ArticleId, Now, comment.Status == CommentStatus.Shown) { Reason = Reason };
    }
}

/// <summary>
/// <c>GET /api/people/{emailHash}</c>: everything that a person posted with their e-mail address, to answer a request for their data.
/// <c>DELETE ?reason=</c> erases it and records the reason, which must not identify the person. The person is identified by the SHA-256 of
/// the address, so that no e-mail address appears in URLs or logs.
/// </summary>
public static class PersonalRecords
{
    public static void Map(IEndpointRouteBuilder app)
    {
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
}

/// <summary>
/// One comment of a person, with the address they left and the history of the comment. <c>confirmedAt</c>: when the owner of the address
/// confirmed that the comment is theirs; absent if it was not confirmed.
/// </summary>
public sealed record PersonsComment(string Email, bool Notify, ModerationItem Comment, IReadOnlyList<HistoryItem> History)
{
    public DateTimeOffset? ConfirmedAt { get; init; }
}
