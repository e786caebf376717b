using System.Security.Cryptography;
using System.Text;
using Marten;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// The address that somebody left with a comment. It is no event and in none: kept apart, it can be erased without a trace, and nothing that is read, replayed or published holds it.
/// </summary>
public sealed record CommentContact(string Id, string Email, string EmailHash)
{
    /// <summary>They want to be told of answers, until they say otherwise with the token of the letter.</summary>
    public bool Notify { get; init; }
    public string? Lang { get; init; }
    public string? Unsubscribe { get; init; }

    public static void Configure(StoreOptions store) => store.Schema.For<CommentContact>().Duplicate(c => c.EmailHash, notNull: true);

    /// <summary>How an address is named without being told: SHA-256 of its lower-case form, in hex.</summary>
    public static string HashOf(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant())));

    /// <summary>A hash that a moderator names.</summary>
    internal static string Checked(string emailHash) => emailHash.Length == 64 && emailHash.All(char.IsAsciiHexDigitLower)
        ? emailHash : throw new Malformed("emailHash", "must be the SHA-256 of the address in lower case, as 64 lower-case hex digits");

    /// <summary>
    /// Keeps an address, and that somebody wants to be told of this answer, in the transaction that posts it; null where there is neither, so that the comment need not have a
    /// transaction of its own.
    /// </summary>
    internal static Func<IDocumentSession, Comment?, Comment, CancellationToken, Task>? Beside(CommentContact? contact, ReplyLetter? letter) => contact is null && letter is null ? null : (session, _, _, _) =>
    {
        if (contact is not null) session.Store(contact);
        if (letter is not null) session.Store(letter);
        return Task.CompletedTask;
    };
}
