using Articles.Publishing;
using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Reading;

/// <summary>The page of an article, as readers see it.</summary>
public sealed record ArticlePage : Stored
{
    public string Id { get; init; } = "";
    public Guid ArticleId { get; init; }
    /// <summary>
    /// The version of the stream that readers see. It is not named Version, because Marten sets a property of that name to the last version
    /// of the stream, which includes drafts.
    /// </summary>
    public long ServedVersion { get; init; }
    public Content? Content { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? RevisedAt { get; init; }
    public string? RetractionNote { get; init; }
    public IReadOnlyList<Correction> Corrections { get; init; } = [];
    /// <summary>Every slug under which the article was ever published, and its language. Slugs of drafts are private.</summary>
    public IReadOnlyDictionary<string, string> Slugs { get; init; } = new Dictionary<string, string>();

    /// <summary>The current slugs by language.</summary>
    public IReadOnlyDictionary<string, string> CurrentSlugs() => Content!.Texts.ToDictionary(t => t.Key, t => t.Value.Slug);

    /// <exception cref="NotFound">The article does not exist, or was never published.</exception>
    internal static async Task<ArticlePage> Load(IQuerySession session, Guid id, CancellationToken ct) =>
        await session.LoadAsync<ArticlePage>(Streams.Article(id), ct) ?? throw new NotFound($"No published article has the id \"{id}\".");
}

/// <summary>Folds the stream of an article into its page.</summary>
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
            ArticlePublished p => WithContent(page, p.Content) with
            {
                PublishedAt = p.PublishedAt,
                RevisedAt = p.RevisedAt ?? page.RevisedAt,
                RetractionNote = null,
                Corrections = p.Corrections ?? page.Corrections,
                Slugs = Publishing.Slugs.Add(Publishing.Slugs.Add(page.Slugs, p.FormerSlugs), Publishing.Slugs.Of(p.Content)),
            },
            ArticleRevised r => WithContent(page, r.Content) with
            {
                RevisedAt = r.RevisedAt,
                Corrections = r.Correction is null ? page.Corrections : [.. page.Corrections, r.Correction],
            },
            ArticleRetracted r => page with { RetractionNote = r.Note },
            _ => snapshot,
        };
    }

    private static ArticlePage WithContent(ArticlePage page, Content content) =>
        page with { Content = content, Slugs = Articles.Publishing.Slugs.Add(page.Slugs, Articles.Publishing.Slugs.Of(content)) };
}
