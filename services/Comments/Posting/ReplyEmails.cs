using Comments.Exchange;
using Comments.Threads;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.PublicInput;

namespace Comments.Posting;

/// <summary>
/// An e-mail to the person who left an address with the comment <paramref name="Parent"/>. It announces the reply <paramref name="Id"/> or,
/// if the id names a confirmation, asks to confirm the address. It is no read model, so that a replay cannot create an e-mail or send it
/// again.
/// </summary>
public sealed record ReplyLetter(string Id, string Parent, Guid Letter, bool Due) : Stored
{
    /// <summary>When the mail server accepted the e-mail. Counts towards the daily limit of the address.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The request to confirm the address of a comment, which is sent before any other e-mail.</summary>
    public static ReplyLetter Confirmation(Guid comment) =>
        new(Streams.Confirmation(comment), Streams.Comment(comment), ExchangedComment.IdOf("confirmation", $"{comment}"), Due: true);

    public static void Configure(StoreOptions store) =>
        store.Schema.For<ReplyLetter>().Duplicate(l => l.Due, notNull: true).Duplicate(l => l.Parent, notNull: true);
}

/// <summary>
/// The e-mails to people who commented. A confirmation request is pending while the comment is visible and its address is not confirmed. An
/// e-mail about a reply is pending while the reply is visible and the address is confirmed. Neither is sent after the person unsubscribed.
/// </summary>
public sealed class ReplyEmails(IDocumentStore store, Site site, CommentSettings settings, TimeProvider clock) : IEmailOutbox
{
    private static readonly Dictionary<string, (string Subject, string Body, string Footer)> NotificationTexts = new()
    {
        ["en"] = (
            "New reply to your comment",
            "Someone replied to your comment. Read the reply here:",
            "Unsubscribe from these e-mails:"),
        ["ru"] = (
            "Ответ на ваш комментарий",
            "На ваш комментарий ответили. Прочитать ответ:",
            "Отписаться от таких писем:"),
        ["zh"] = ("有人回复了您的评论", "您的评论有新回复，点击查看：", "退订此类邮件："),
    };

    private static readonly Dictionary<string, (string Subject, string Body, string Footer)> ConfirmationTexts = new()
    {
        ["en"] = (
            "Confirm your e-mail address",
            "This address was entered with a comment on SCO News to receive e-mails about replies. If that was you, confirm it here:",
            "If that was not you, ignore this e-mail. You will receive no e-mails about replies."),
        ["ru"] = (
            "Подтвердите адрес электронной почты",
            "Этот адрес указали вместе с комментарием на портале "
            + "«Новости ШОС», чтобы получать письма об ответах. "
            + "Если это были вы, подтвердите его:",
            "Если это были не вы, ничего делать не нужно: "
            + "письма об ответах приходить не будут."),
        ["zh"] = (
            "请确认您的电子邮箱",
            "有人在上合组织新闻发表评论时留下了此邮箱，"
            + "以接收回复通知。如果是您本人，请点击确认：",
            "如果不是您本人，请忽略此邮件，您不会收到回复通知。"),
    };

    public async Task<IReadOnlyList<Email>> Pending(IQuerySession session, DateTimeOffset now, CancellationToken ct) =>
    [
        .. await Pending(
            session,
            now,
            "confirmation",
            "d.parent",
            "c.data ->> 'confirmedAt' is null",
            settings.ConfirmationsPerDay,
            ConfirmationRequest,
            ct),
        .. await Pending(
            session, now, "comment", "d.id", "c.data ->> 'confirmedAt' is not null", settings.EmailsPerDay, ReplyNotification, ct),
    ];

    /// <summary>
    /// The pending e-mails of one kind. There is at most one for each address, so that the daily limit counts it before the next one.
    /// </summary>
    private async Task<IEnumerable<Email>> Pending(
        IQuerySession session,
        DateTimeOffset now,
        string kind,
        string shown,
        string confirmed,
        int perDay,
        Func<ReplyLetter, CommentView, CommentContact, Email> write,
        CancellationToken ct)
    {
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        var pending = await session.Query<ReplyLetter>().Where(l => l.Due && l.MatchesSql(
            $"""
            d.id like '{kind}-%' and exists (select from {schema}.mt_doc_commentview v where v.id = {shown} and v.status = 'Shown')
              and exists (select from {schema}.mt_doc_commentcontact c
                where c.id = d.parent and (c.data ->> 'notify')::boolean and {confirmed} and {SentTo(schema, "c.email_hash", kind)} < ?)
            """, Yesterday, perDay))
            .Where(l => l.MatchesSql(EmailRetry.MayBeSent(schema, "(d.data ->> 'letter')::uuid"), now))
            .OrderBy(l => l.Id).Take(100).ToListAsync(ct);
        if (pending.Count == 0) return [];
        var views = (await session.LoadManyAsync<CommentView>(ct, pending.Select(Comment))).ToDictionary(v => v.Id);
        var contacts = (await session.LoadManyAsync<CommentContact>(ct, pending.Select(l => l.Parent))).ToDictionary(c => c.Id);
        return pending.Where(l => contacts.ContainsKey(l.Parent) && views.ContainsKey(Comment(l)))
            .DistinctBy(l => contacts[l.Parent].EmailHash).Select(l => write(l, views[Comment(l)], contacts[l.Parent]));

        string Comment(ReplyLetter letter) => shown == "d.id" ? letter.Id : letter.Parent;
    }

    public Task Sent(Email email, Decider decider, DateTimeOffset at, CancellationToken ct) => Finish(email, at, ct);

    public Task Undeliverable(
        Email email,
        Decider decider,
        int code,
        DateTimeOffset at,
        CancellationToken ct) => Finish(email, at, ct);

    private DateTimeOffset Yesterday => clock.GetUtcNow().AddDays(-1);

    /// <summary>SQL for the number of e-mails of a kind that were sent to an address after a time, the only parameter.</summary>
    private static string SentTo(string schema, string emailHash, string kind) =>
        $"""
        (select count(*) from {schema}.mt_doc_replyletter s join {schema}.mt_doc_commentcontact o on o.id = s.parent
          where o.email_hash = {emailHash} and s.id like '{kind}-%' and (s.data ->> 'sentAt')::timestamptz > ?)
        """;

    private async Task Finish(Email email, DateTimeOffset at, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var schema = store.Options.DatabaseSchemaName;
        var (kind, perDay) = email.About.StartsWith("confirmation-", StringComparison.Ordinal)
            ? ("confirmation", settings.ConfirmationsPerDay) : ("comment", settings.EmailsPerDay);
        // Updated in SQL: storing the document would restore a row that an erasure has deleted in the meantime.
        session.QueueSqlCommand(
            $"""
            update {schema}.mt_doc_replyletter
            set due = false, data = data || jsonb_build_object('due', false, 'sentAt', ?::text) where id = ?
            """, at.ToString("O"), email.About);
        // E-mails beyond the daily limit are dropped. Delayed, those of a busy discussion would arrive for weeks.
        session.QueueSqlCommand(
            $"""
            update {schema}.mt_doc_replyletter l set due = false, data = l.data || jsonb_build_object('due', false)
            from {schema}.mt_doc_commentcontact c, {schema}.mt_doc_replyletter sent, {schema}.mt_doc_commentcontact a
            where sent.id = ? and a.id = sent.parent and c.email_hash = a.email_hash and l.parent = c.id and l.due and l.id like '{kind}-%'
              and {SentTo(schema, "a.email_hash", kind)} >= ?
            """, email.About, at.AddDays(-1), perDay);
        await session.SaveChangesAsync(ct);
    }

    private Email ReplyNotification(ReplyLetter letter, CommentView reply, CommentContact contact) => Notification(
        letter,
        contact,
        $"{site.Comment(contact.Lang ?? Languages.Default, reply)}",
        EmailLinks.Page(site, contact, reply.ArticleId, "unsubscribe"),
        site.At($"api/comments/{Streams.Id(contact.Id)}/unsubscribe?token={contact.Unsubscribe}"));

    private Email ConfirmationRequest(ReplyLetter letter, CommentView comment, CommentContact contact) =>
        Confirmation(letter, contact, EmailLinks.Page(site, contact, comment.ArticleId, "confirm"));

    /// <summary>Contains only fixed text and links, because the reply was written by a stranger.</summary>
    internal static Email Notification(
        ReplyLetter letter,
        CommentContact contact,
        string link,
        Uri stop,
        Uri oneClick)
    {
        var (subject, body, footer) = NotificationTexts[contact.Lang ?? Languages.Default];
        var text = $"{body}\n\n{link}\n\n-- \n{footer}\n{stop}\n";
        return new(letter.Letter, letter.Id, contact.Email, "", subject, text) { Unsubscribe = oneClick };
    }

    /// <summary>Contains only fixed text and a link, because the address may have been entered by a stranger.</summary>
    internal static Email Confirmation(ReplyLetter letter, CommentContact contact, Uri link)
    {
        var (subject, body, footer) = ConfirmationTexts[contact.Lang ?? Languages.Default];
        return new(letter.Letter, letter.Id, contact.Email, "", subject, $"{body}\n\n{link}\n\n{footer}\n");
    }
}
