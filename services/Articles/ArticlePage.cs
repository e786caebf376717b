using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Platform.EventSourcing;

namespace Articles;

/// <summary>What readers of one article see.</summary>
public sealed record ArticlePage : Stored
{
    public string Id { get; init; } = "";
    public Guid ArticleId { get; init; }
    /// <summary>
    /// The version of the stream that readers see. Not named Version, which Marten sets to the stream's last one, drafts included.
    /// </summary>
    public long ServedVersion { get; init; }
    public Content? Content { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? RevisedAt { get; init; }
    public string? RetractionNote { get; init; }
    public IReadOnlyList<Correction> Corrections { get; init; } = [];
    /// <summary>Every slug readers have ever been given, and its language; drafts' slugs are no reader's business.</summary>
    public IReadOnlyDictionary<string, string> Slugs { get; init; } = new Dictionary<string, string>();

    /// <summary>The slugs under which it is found now, by language.</summary>
    public IReadOnlyDictionary<string, string> CurrentSlugs() => Content!.Texts.ToDictionary(t => t.Key, t => t.Value.Slug);

    /// <summary>The page, or a 404: for whoever never saw it, an article that was never published does not exist.</summary>
    internal static async Task<ArticlePage> Load(IQuerySession session, Guid id, CancellationToken ct) =>
        await session.LoadAsync<ArticlePage>(Streams.Article(id), ct) ?? throw new NotFound($"No published article has the id \"{id}\".");
}

/// <summary>Folds one article's stream into its page.</summary>
public sealed class ArticlePageProjection : SingleStreamProjection<ArticlePage, string>
{
    public ArticlePageProjection()
    {
        Name = "article-page";
        IncludeType<ArticlePublished>();
        IncludeType<ArticleRevised>();
        IncludeType<ArticleRetracted>();
    }

    public override ArticlePage? Evolve(ArticlePage? snapshot, string id, IEvent e)
    {
        var page = (snapshot ?? new ArticlePage { Id = id, ArticleId = Streams.ArticleId(id) }) with { ServedVersion = e.Version };
        return e.Data switch
        {
            ArticlePublished p => Shown(page, p.Content) with
            {
                PublishedAt = p.PublishedAt,
                RevisedAt = p.RevisedAt ?? page.RevisedAt,
                RetractionNote = null,
                Corrections = p.Corrections ?? page.Corrections,
                Slugs = Articles.Slugs.Add(Articles.Slugs.Add(page.Slugs, p.FormerSlugs), Articles.Slugs.Of(p.Content)),
            },
            ArticleRevised r => Shown(page, r.Content) with
            {
                RevisedAt = r.RevisedAt,
                Corrections = r.Correction is null ? page.Corrections : [.. page.Corrections, r.Correction],
            },
            ArticleRetracted r => page with { RetractionNote = r.Note },
            _ => snapshot,
        };
    }

    private static ArticlePage Shown(ArticlePage page, Content content) =>
        page with { Content = content, Slugs = Articles.Slugs.Add(page.Slugs, Articles.Slugs.Of(content)) };
}
