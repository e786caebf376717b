using Platform.EventSourcing;


namespace Platform.PublicInput;

/// <summary>
/// Records the failed attempts to send one e-mail, by its id. It is kept in the store, so that all replicas wait until the next attempt is
/// due, and a restart loses nothing. <paramref name="Waiting"/> is only for replicas of earlier versions, which set it to false when the
/// next attempt is due.
/// </summary>
public sealed record EmailRetry(
    Guid Id,
    int Attempts,
    DateTimeOffset FirstFailedAt,
    DateTimeOffset NextAt,
    bool Waiting = true) : Stored
{
    /// <summary>The state after another failed attempt: the pause doubles from two seconds up to <paramref name="longestPause"/>.</summary>
    internal static EmailRetry After(EmailRetry? earlier, Guid id, DateTimeOffset now, TimeSpan longestPause)
    {
        var attempts = (earlier?.Attempts ?? 0) + 1;
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempts), longestPause.TotalSeconds));
        return (earlier ?? new(id, attempts, now, now + pause)) with { Attempts = attempts, NextAt = now + pause, Waiting = true };
    }

    /// <summary>
    /// SQL condition: the e-mail with this id may be sent at the time that is its only parameter. Queries for pending e-mails need it;
    /// otherwise waiting e-mails would fill the page and delay the others.
    /// </summary>
    public static string MayBeSent(string schema, string id) =>
        $"not exists (select from {schema}.mt_doc_emailretry r where r.id = {id} and r.next_at > ?)";
}
