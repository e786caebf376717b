using System.Security.Cryptography;
using System.Text;
using Marten;
using Platform.EventSourcing;

namespace Comments.Posting;

/// <summary>
/// The e-mail address that a person left with a comment. It is a separate document and part of no event, so that it can be erased
/// completely and no read model, replay or public event contains it.
/// </summary>
public sealed record CommentContact(string Id, string Email, string EmailHash) : Stored
{
    /// <summary>Whether the person asked for e-mails about replies and has not unsubscribed.</summary>
    public bool Notify { get; init; }
    public string? Lang { get; init; }
    /// <summary>The secret in the links of e-mails about this comment. It proves that the caller can read the mailbox.</summary>
    public string? Unsubscribe { get; init; }
    /// <summary>
    /// When the owner of the mailbox confirmed that the comment is theirs. Until then the address may have been entered by somebody else:
    /// only the confirmation request is sent to it, and the comment does not count as the person's.
    /// </summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    public static void Configure(StoreOptions store) => store.Schema.For<CommentContact>().Duplicate(c => c.EmailHash, notNull: true);

    /// <summary>Compares in constant time, so that the response time does not reveal the secret.</summary>
    internal bool IsToken(string? token) => Unsubscribe is not null && token is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Unsubscribe), Encoding.UTF8.GetBytes(token));
}
