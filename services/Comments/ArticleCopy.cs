using Platform.EventSourcing;

namespace Comments;

/// <summary>The articles service said so, at that version of the article: readers see it, or see it no more.</summary>
public sealed record ArticleSeen(long ArticleVersion, bool Retracted);

/// <summary>This service's copy of another's fact: is there such an article, and may it be discussed?</summary>
public sealed record ArticleCopy : IState<ArticleCopy>
{
    public string Id { get; init; } = "";
    public long ArticleVersion { get; init; }
    public bool Retracted { get; init; }

    public ArticleCopy Evolve(object @event) => @event is ArticleSeen e ? this with { ArticleVersion = e.ArticleVersion, Retracted = e.Retracted } : this;

    /// <summary>A version already seen, or an older one that comes late, changes nothing.</summary>
    public static IEnumerable<object> See(ArticleCopy? copy, long version, bool retracted)
    {
        if (version > (copy?.ArticleVersion ?? 0)) yield return new ArticleSeen(version, retracted);
    }
}
