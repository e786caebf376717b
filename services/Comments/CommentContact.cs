using System.Security.Cryptography;
using System.Text;
using Marten;
using Platform.EventSourcing;

namespace Comments;

/// <summary>
/// The address that somebody left with a comment. It is no event and in none: kept apart, it can be erased without a trace, and nothing
/// that is read, replayed or published holds it.
/// </summary>
public sealed record CommentContact(string Id, string Email, string EmailHash) : Stored
{
    /// <summary>They want to be told of answers, until they say otherwise with the token of the letter.</summary>
    public bool Notify { get; init; }
    public string? Lang { get; init; }
    /// <summary>The secret of the links in e-mails to this address about this comment: whoever has it can read the mailbox.</summary>
    public string? Unsubscribe { get; init; }
    /// <summary>
    /// When the owner of the mailbox said that the comment is theirs. Until then anybody may have typed the address: nothing but the
    /// question is sent to it, and the comment says nothing about the person.
    /// </summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    public static void Configure(StoreOptions store) => store.Schema.For<CommentContact>().Duplicate(c => c.EmailHash, notNull: true);

    /// <summary>
    /// Stores an address, and the e-mails that are to be sent because of the comment, in the transaction that posts it; null if there
    /// is neither, so that the comment needs no transaction of its own.
    /// </summary>
    internal static Func<IDocumentSession, Comment?, Comment, CancellationToken, Task>? Beside(
        CommentContact? contact, params ReplyLetter?[] letters) =>
        contact is null && letters.All(l => l is null) ? null : (session, _, _, _) =>
        {
            if (contact is not null) session.Store(contact);
            foreach (var letter in letters)
                if (letter is not null) session.Store(letter);
            return Task.CompletedTask;
        };

    /// <summary>Whether the caller has the secret of the e-mails about this comment.</summary>
    internal bool IsToken(string? token) => Unsubscribe is not null && token is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Unsubscribe), Encoding.UTF8.GetBytes(token));
}
