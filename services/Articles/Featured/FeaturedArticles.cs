using Platform.EventSourcing;

namespace Articles;

/// <summary>Pinned at that place among the featured, counted from 0.</summary>
public sealed record ArticlePinned(Guid ArticleId, int Position);
/// <summary>Moved to that place, counted without itself.</summary>
public sealed record ArticleMoved(Guid ArticleId, int Position);
/// <summary>No longer featured.</summary>
public sealed record ArticleUnpinned(Guid ArticleId);

/// <summary>The featured block in the editors' order: state and read model in one.</summary>
public sealed record FeaturedArticles : Stored, IState<FeaturedArticles>
{
    public const int Most = 20;

    public string Id { get; init; } = "";
    /// <summary>What If-Match names: the number of its events.</summary>
    public long Version { get; init; }
    public IReadOnlyList<Guid> Articles { get; init; } = [];

    public FeaturedArticles Evolve(object @event) => @event switch
    {
        ArticlePinned e => this with { Version = Version + 1, Articles = At(e.ArticleId, e.Position) },
        ArticleMoved e => this with { Version = Version + 1, Articles = At(e.ArticleId, e.Position) },
        ArticleUnpinned e => this with { Version = Version + 1, Articles = [.. Articles.Where(a => a != e.ArticleId)] },
        _ => this,
    };

    private List<Guid> At(Guid article, int position)
    {
        List<Guid> others = [.. Articles.Where(a => a != article)];
        others.Insert(Math.Min(position, others.Count), article);
        return others;
    }
}
