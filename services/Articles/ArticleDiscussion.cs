using Platform.EventSourcing;

namespace Articles;

/// <summary>The comments service counted this many visible comments, at its version of the discussion.</summary>
public sealed record DiscussionCounted(int Comments, long DiscussionVersion);

/// <summary>This service's copy of another's fact: how many comments readers see under an article.</summary>
public sealed record ArticleDiscussion : Stored, IState<ArticleDiscussion>
{
    public string Id { get; init; } = "";
    public int Comments { get; init; }
    public long DiscussionVersion { get; init; }

    public ArticleDiscussion Evolve(object @event) => @event is DiscussionCounted e
        ? this with { Comments = e.Comments, DiscussionVersion = e.DiscussionVersion }
        : this;
}
