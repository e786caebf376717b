using System.Text.Json.Serialization;
using Marten.Schema;
using Platform.EventSourcing;

namespace Articles.Reading;

/// <summary>Comments published the number of visible comments as of a version of the discussion.</summary>
public sealed record DiscussionCounted(int Comments, long DiscussionVersion)
{
    /// <summary>The epoch of the store of Comments to which the version belongs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }
}

/// <summary>The number of comments that readers see under an article, copied from Comments.</summary>
public sealed record ArticleDiscussion : Stored, IState<ArticleDiscussion>
{
    public string Id { get; init; } = "";
    public int Comments { get; init; }
    public long DiscussionVersion { get; init; }

    /// <summary>The epoch of the store of Comments to which the version belongs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Epoch { get; init; }

    /// <summary>
    /// Called by Marten. <c>Duplicate</c> would add another index on the count alone, which no query needs and every comment updates.
    /// </summary>
    public static void ConfigureMarten(DocumentMapping<ArticleDiscussion> mapping)
    {
        mapping.DuplicateField(nameof(Comments), notNull: true);
        mapping.Index(d => new { d.Comments, d.Id });
    }

    public ArticleDiscussion Evolve(object @event) => @event is DiscussionCounted e
        ? this with { Comments = e.Comments, DiscussionVersion = e.DiscussionVersion, Epoch = e.Epoch }
        : this;

    /// <summary>
    /// Called after Comments has published everything that its store contains in this epoch. If this discussion was not part of it,
    /// Comments has lost it, so its count becomes 0.
    /// </summary>
    public static IEnumerable<object> ResetCount(ArticleDiscussion? discussion, long epoch)
    {
        if (discussion?.Epoch < epoch) yield return new DiscussionCounted(0, 0) { Epoch = epoch };
    }
}
