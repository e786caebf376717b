using Platform.EventSourcing;

namespace Comments.Moderation;

/// <summary>
/// Which new comments are held for moderators: none (post), all (pre), or those of people who have no visible comment yet (firstHeld).
/// </summary>
public enum ModerationMode { Post, Pre, FirstHeld }

/// <summary>
/// A moderation policy was set. A setting that is null comes from the next more general policy: of the section, or of all articles.
/// </summary>
public sealed record ModerationPolicySet(ModerationMode? Mode, int? ClosedAfterDays, DateTimeOffset SetAt);

/// <summary>The moderation policy of all articles, of one section or of one article.</summary>
public sealed record ModerationPolicy : Stored, IState<ModerationPolicy>
{
    public string Id { get; init; } = "";
    public ModerationMode? Mode { get; init; }
    public int? ClosedAfterDays { get; init; }

    public ModerationPolicy Evolve(object @event) =>
        @event is ModerationPolicySet e ? this with { Mode = e.Mode, ClosedAfterDays = e.ClosedAfterDays } : this;
}

/// <summary>The effective policy of one article: each setting comes from the most specific policy that defines it.</summary>
public sealed record Rules(ModerationMode Mode = ModerationMode.Post, int? ClosedAfterDays = null)
{
    public static Rules Of(params IEnumerable<ModerationPolicy?> mostSpecificFirst) => new(
        mostSpecificFirst.Select(p => p?.Mode).FirstOrDefault(m => m is not null) ?? ModerationMode.Post,
        mostSpecificFirst.Select(p => p?.ClosedAfterDays).FirstOrDefault(d => d is not null));

    /// <summary>Whether the discussion of an article is closed, given the time of its publication.</summary>
    public bool IsClosed(DateTimeOffset? publishedAt, DateTimeOffset now) =>
        ClosedAfterDays is { } days && publishedAt is { } since && now > since.AddDays(days);

    /// <summary>Why the policy holds a comment, regardless of its text; null if it does not.</summary>
    public string? HoldReason(bool known) => Mode switch
    {
        ModerationMode.Pre => "comments on this article need approval",
        ModerationMode.FirstHeld when !known => "no visible comment by this person yet",
        _ => null,
    };
}
