using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// An e-mail to whoever left an address with the comment <paramref name="Parent"/>: that it was answered by the comment
/// <paramref name="Id"/>, or, if the id names a confirmation, the question whether the address is theirs. No read model: a replay
/// neither makes nor revives one.
/// </summary>
public sealed record ReplyLetter(string Id, string Parent, Guid Letter, bool Due) : Stored
{
    /// <summary>When the mail server accepted it; counts towards what one address gets in a day.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The question that is sent before anything else.</summary>
    public static ReplyLetter Confirmation(Guid comment) =>
        new(Streams.Confirmation(comment), Streams.Comment(comment), ExchangedComment.IdOf("confirmation", $"{comment}"), Due: true);

    public static void Configure(StoreOptions store) =>
        store.Schema.For<ReplyLetter>().Duplicate(l => l.Due, notNull: true).Duplicate(l => l.Parent, notNull: true);
}

/// <summary>
/// E-mails to people who commented. One that asks to confirm the address is pending while readers see the comment and nobody has
/// confirmed; one about an answer while readers see the answer and the address is confirmed. Neither after unsubscribing.
/// </summary>
public sealed class ReplyLetters(IDocumentStore store, Site site, CommentSettings settings, TimeProvider clock) : ILetters
{
    private static readonly Dictionary<string, (string Subject, string Says, string End)> Words = new()
    {
        ["en"] = ("An answer to your comment", "Your comment was answered. Read the answer here:", "No more such letters:"),
        ["ru"] = ("Ответ на ваш комментарий", "На ваш комментарий ответили. Прочитать ответ:", "Больше не получать таких писем:"),
        ["zh"] = ("有人回复了您的评论", "您的评论有新回复，点击查看：", "不再接收此类邮件："),
    };

    private static readonly Dictionary<string, (string Subject, string Says, string End)> Questions = new()
    {
        ["en"] = (
            "Confirm your e-mail address",
            "This address was left with a comment on SCO News, to get e-mails about answers. If it was you, confirm it here:",
            "If it was not you, do nothing: no e-mails about answers will be sent."),
        ["ru"] = (
            "Подтвердите адрес электронной почты",
            "Этот адрес оставили вместе с комментарием на портале «Новости ШОС», чтобы получать письма об ответах. "
            + "Если это были вы, подтвердите его:",
            "Если это были не вы, ничего делать не нужно: письма об ответах приходить не будут."),
        ["zh"] = ("请确认您的电子邮箱", "有人在上合组织新闻发表评论时留下了此邮箱，以接收回复通知。如果是您本人，请点击确认：", "如果不是您本人，请忽略此邮件，您不会收到回复通知。"),
    };

    public async Task<IReadOnlyList<Letter>> Due(IQuerySession session, CancellationToken ct) =>
    [
        .. await Pending(
            session, "confirmation", "d.parent", "c.data ->> 'confirmedAt' is null", settings.ConfirmationsPerDay, Question, ct),
        .. await Pending(session, "comment", "d.id", "c.data ->> 'confirmedAt' is not null", settings.EmailsPerDay, About, ct),
    ];

    /// <summary>What is pending of one kind: at most one e-mail for each address, so that the next one sees it counted.</summary>
    private async Task<IEnumerable<Letter>> Pending(
        IQuerySession session,
        string kind,
        string shown,
        string confirmed,
        int perDay,
        Func<ReplyLetter, CommentView, CommentContact, Letter> write,
        CancellationToken ct)
    {
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        var pending = await session.Query<ReplyLetter>().Where(l => l.Due && l.MatchesSql(
            $"""
            d.id like '{kind}-%' and exists (select from {schema}.mt_doc_commentview v where v.id = {shown} and v.status = 'Shown')
              and exists (select from {schema}.mt_doc_commentcontact c
                where c.id = d.parent and (c.data ->> 'notify')::boolean and {confirmed} and {SentTo(schema, "c.email_hash", kind)} < ?)
            """, Yesterday, perDay))
            .Where(l => l.MatchesSql(EmailRetry.MayBeSent(schema, "(d.data ->> 'letter')::uuid")))
            .OrderBy(l => l.Id).Take(100).ToListAsync(ct);
        if (pending.Count == 0) return [];
        var views = (await session.LoadManyAsync<CommentView>(ct, pending.Select(Comment))).ToDictionary(v => v.Id);
        var contacts = (await session.LoadManyAsync<CommentContact>(ct, pending.Select(l => l.Parent))).ToDictionary(c => c.Id);
        return pending.Where(l => contacts.ContainsKey(l.Parent) && views.ContainsKey(Comment(l)))
            .DistinctBy(l => contacts[l.Parent].EmailHash).Select(l => write(l, views[Comment(l)], contacts[l.Parent]));

        string Comment(ReplyLetter letter) => shown == "d.id" ? letter.Id : letter.Parent;
    }

    public Task Sent(Letter letter, Decider decider, DateTimeOffset at, CancellationToken ct) => Done(letter, at, ct);

    public Task Undeliverable(Letter letter, Decider decider, int code, DateTimeOffset at, CancellationToken ct) => Done(letter, at, ct);

    private DateTimeOffset Yesterday => clock.GetUtcNow().AddDays(-1);

    /// <summary>SQL: how many e-mails of a kind were sent to an address since a moment, its only parameter.</summary>
    private static string SentTo(string schema, string emailHash, string kind) =>
        $"""
        (select count(*) from {schema}.mt_doc_replyletter s join {schema}.mt_doc_commentcontact o on o.id = s.parent
          where o.email_hash = {emailHash} and s.id like '{kind}-%' and (s.data ->> 'sentAt')::timestamptz > ?)
        """;

    private async Task Done(Letter letter, DateTimeOffset at, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var schema = store.Options.DatabaseSchemaName;
        var (kind, perDay) = letter.About.StartsWith("confirmation-", StringComparison.Ordinal)
            ? ("confirmation", settings.ConfirmationsPerDay) : ("comment", settings.EmailsPerDay);
        // Updates, which change nothing if an erasure has deleted the row meanwhile.
        session.QueueSqlCommand(
            $"""
            update {schema}.mt_doc_replyletter
            set due = false, data = data || jsonb_build_object('due', false, 'sentAt', ?::text) where id = ?
            """, at.ToString("O"), letter.About);
        // What exceeds the number for a day is dropped; otherwise a busy discussion would fill the mailbox for weeks.
        session.QueueSqlCommand(
            $"""
            update {schema}.mt_doc_replyletter l set due = false, data = l.data || jsonb_build_object('due', false)
            from {schema}.mt_doc_commentcontact c, {schema}.mt_doc_replyletter sent, {schema}.mt_doc_commentcontact a
            where sent.id = ? and a.id = sent.parent and c.email_hash = a.email_hash and l.parent = c.id and l.due and l.id like '{kind}-%'
              and {SentTo(schema, "a.email_hash", kind)} >= ?
            """, letter.About, at.AddDays(-1), perDay);
        await session.SaveChangesAsync(ct);
    }

    private Letter About(ReplyLetter letter, CommentView answer, CommentContact contact) => Notification(
        letter,
        contact,
        $"{site.Comment(contact.Lang ?? "en", answer)}",
        EmailLinks.Page(site, contact, answer.ArticleId, "unsubscribe"),
        site.At($"api/comments/{Streams.Id(contact.Id)}/unsubscribe?token={contact.Unsubscribe}"));

    private Letter Question(ReplyLetter letter, CommentView comment, CommentContact contact) =>
        Confirmation(letter, contact, EmailLinks.Page(site, contact, comment.ArticleId, "confirm"));

    /// <summary>Fixed words and links only, nothing that a visitor wrote: the answer is a stranger's.</summary>
    internal static Letter Notification(ReplyLetter letter, CommentContact contact, string link, Uri stop, Uri oneClick)
    {
        var (subject, says, end) = Words[contact.Lang ?? "en"];
        var text = $"{says}\n\n{link}\n\n-- \n{end}\n{stop}\n";
        return new(letter.Letter, letter.Id, contact.Email, "", subject, text) { Unsubscribe = oneClick };
    }

    /// <summary>Fixed words and a link only: whoever typed the address may be a stranger to its owner.</summary>
    internal static Letter Confirmation(ReplyLetter letter, CommentContact contact, Uri link)
    {
        var (subject, says, end) = Questions[contact.Lang ?? "en"];
        return new(letter.Letter, letter.Id, contact.Email, "", subject, $"{says}\n\n{link}\n\n{end}\n");
    }
}
