using System.Text.Json.Serialization;
using Platform.EventSourcing;

namespace Articles;

/// <summary>The comments service counted this many visible comments, at its version of the discussion.</summary>
public sealed record DiscussionCounted(int Comments, long DiscussionVersion)
{
    /// <summary>The epoch of the comments service's store in which it counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }
}

/// <summary>This service's copy of another's fact: how many comments readers see under an article.</summary>
public sealed record ArticleDiscussion : Stored, IState<ArticleDiscussion>
{
    public string Id { get; init; } = "";
    public int Comments { get; init; }
    public long DiscussionVersion { get; init; }

    /// <summary>The epoch of the comments service's store that this count is of.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }

    public ArticleDiscussion Evolve(object @event) => @event is DiscussionCounted e
        ? this with { Comments = e.Comments, DiscussionVersion = e.DiscussionVersion, Epoch = e.Epoch }
        : this;

    /// <summary>The comments service has told all that it knows in this epoch, and not of this discussion: it never was.</summary>
    public static IEnumerable<object> Withdraw(ArticleDiscussion? discussion, long epoch)
    {
        if (discussion?.Epoch < epoch) yield return new DiscussionCounted(0, 0) { Epoch = epoch };
    }
}
