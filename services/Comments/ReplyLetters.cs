using System.Security.Cryptography;
using System.Text;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>Somebody wants to be told of an answer: <paramref name="Id"/> is the answer, <paramref name="Parent"/> what it answers. No read model: a replay neither makes nor revives one.</summary>
public sealed record ReplyLetter(string Id, string Parent, Guid Letter, bool Due)
{
    public static void Configure(StoreOptions store) => store.Schema.For<ReplyLetter>().Duplicate(l => l.Due, notNull: true).Duplicate(l => l.Parent, notNull: true);
}

/// <summary>Letters about answers: due while they were not sent, readers see the answer, and whoever asked for them has not changed their mind.</summary>
public sealed class ReplyLetters(IDocumentStore store, Site site) : ILetters
{
    private static readonly Dictionary<string, (string Subject, string Says, string End)> Words = new()
    {
        ["en"] = ("An answer to your comment", "Your comment was answered. Read the answer here:", "No more such letters:"),
        ["ru"] = ("Ответ на ваш комментарий", "На ваш комментарий ответили. Прочитать ответ:", "Больше не получать таких писем:"),
        ["zh"] = ("有人回复了您的评论", "您的评论有新回复，点击查看：", "不再接收此类邮件："),
    };

    public async Task<IReadOnlyList<Letter>> Due(IQuerySession session, CancellationToken ct)
    {
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        var letters = await session.Query<ReplyLetter>().Where(l => l.Due && l.MatchesSql(
            $"exists (select from {schema}.mt_doc_commentview v where v.id = d.id and v.status = 'Shown') and exists (select from {schema}.mt_doc_commentcontact c where c.id = d.parent and (c.data ->> 'notify')::boolean)"))
            .OrderBy(l => l.Id).Take(100).ToListAsync(ct);
        if (letters.Count == 0) return [];
        var views = (await session.LoadManyAsync<CommentView>(ct, letters.Select(l => l.Id))).ToDictionary(v => v.Id);
        var contacts = (await session.LoadManyAsync<CommentContact>(ct, letters.Select(l => l.Parent))).ToDictionary(c => c.Id);
        return [.. letters.Where(l => views.ContainsKey(l.Id) && contacts.ContainsKey(l.Parent)).Select(l => Written(l, views[l.Id], contacts[l.Parent]))];
    }

    public Task Sent(Letter letter, Decider decider, DateTimeOffset at, CancellationToken ct) => Done(letter, ct);

    public Task Undeliverable(Letter letter, Decider decider, int code, DateTimeOffset at, CancellationToken ct) => Done(letter, ct);

    private async Task Done(Letter letter, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<ReplyLetter>(letter.About, ct) is not { } kept) return;
        session.Store(kept with { Due = false });
        await session.SaveChangesAsync(ct);
    }

    private Letter Written(ReplyLetter letter, CommentView answer, CommentContact contact) => Notification(
        letter,
        contact,
        $"{site.Comment(contact.Lang ?? "en", answer)}",
        site.At($"api/comments/{Streams.Id(contact.Id)}/unsubscribe?token={contact.Unsubscribe}"));

    /// <summary>
    /// The address is not confirmed, so anybody can have an e-mail sent to it. The e-mail therefore holds fixed words and links only,
    /// nothing that a visitor wrote.
    /// </summary>
    internal static Letter Notification(ReplyLetter letter, CommentContact contact, string link, Uri stop)
    {
        var (subject, says, end) = Words[contact.Lang ?? "en"];
        var text = $"{says}\n\n{link}\n\n-- \n{end}\n{stop}\n";
        return new(letter.Letter, letter.Id, contact.Email, "", subject, text) { Unsubscribe = stop };
    }
}

/// <summary>
/// <c>GET</c> or <c>POST /api/comments/{id}/unsubscribe?token=</c>: whoever has the letter wants no more of them about answers to this comment. A mail program does it by itself (RFC 8058).
/// </summary>
public static class UnsubscribeFromReplies
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/api/comments/{id:guid}/unsubscribe", ["GET", "POST"], async (Guid id, string? token, HttpContext http, IDocumentSession session, CancellationToken ct) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            var contact = await session.LoadAsync<CommentContact>(Streams.Comment(id), ct);
            if (contact?.Unsubscribe is null || token is null || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(contact.Unsubscribe), Encoding.UTF8.GetBytes(token)))
                throw new NotFound("There are no letters to stop: the address is wrong, or what was kept was erased.");
            session.Store(contact with { Notify = false });
            await session.SaveChangesAsync(ct);
            return Results.Text(contact.Lang switch { "ru" => "Писем об ответах на этот комментарий больше не будет.", "zh" => "您将不再收到有关此评论回复的邮件。", _ => "You will get no more letters about answers to this comment." });
        }).Produces<string>(200, "text/plain").LimitedPerVisitor();
}
