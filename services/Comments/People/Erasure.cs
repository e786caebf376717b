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
