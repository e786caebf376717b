using Marten;

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
