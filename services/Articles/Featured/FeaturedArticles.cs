using Platform.EventSourcing;


namespace Articles.Featured;

/// <summary>An article was inserted at a position among the featured articles, starting at 0.</summary>
public sealed record ArticlePinned(Guid ArticleId, int Position);
/// <summary>A featured article was moved to a position, which is counted without the article itself.</summary>
public sealed record ArticleMoved(Guid ArticleId, int Position);
/// <summary>An article is no longer featured.</summary>
public sealed record ArticleUnpinned(Guid ArticleId);

/// <summary>The featured articles in the order that editors chose. It is both the state for decisions and the read model.</summary>
public sealed record FeaturedArticles : Stored, IState<FeaturedArticles>
{
    public const int MaxCount = 20;

    public string Id { get; init; } = "";
    /// <summary>The version for If-Match, which is the number of events.</summary>
    public long Version { get; init; }
    public IReadOnlyList<Guid> Articles { get; init; } = [];

    public FeaturedArticles Evolve(object @event) => @event switch
    {
        ArticlePinned e => this with { Version = Version + 1, Articles = WithArticleAt(e.ArticleId, e.Position) },
        ArticleMoved e => this with { Version = Version + 1, Articles = WithArticleAt(e.ArticleId, e.Position) },
        ArticleUnpinned e => this with { Version = Version + 1, Articles = [.. Articles.Where(a => a != e.ArticleId)] },
        _ => this,
    };

    private List<Guid> WithArticleAt(Guid article, int position)
    {
        List<Guid> others = [.. Articles.Where(a => a != article)];
        others.Insert(Math.Min(position, others.Count), article);
        return others;
    }
}
