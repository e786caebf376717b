using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Marten.Linq.MatchesSql;
using Platform.Hosting;

namespace Articles;

/// <summary>One language's heading in lists.</summary>
public sealed record Heading(string Title, string Lead, string Slug);

/// <summary>A published article's row in lists; drafts and retracted articles have none.</summary>
public sealed record ArticleSummary
{
    public string Id { get; init; } = "";
    public string Section { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];
    public DateTimeOffset PublishedAt { get; init; }
    public DateTimeOffset? RevisedAt { get; init; }
    public IReadOnlyDictionary<string, Heading> Headings { get; init; } = new Dictionary<string, Heading>();
}

/// <summary>Folds one article's stream into its row.</summary>
public sealed class ArticleListProjection : SingleStreamProjection<ArticleSummary, string>
{
    public ArticleListProjection()
    {
        Name = "article-list";
        IncludeType<ArticlePublished>();
        IncludeType<ArticleRevised>();
        IncludeType<ArticleRetracted>();
    }

    public override ArticleSummary? Evolve(ArticleSummary? snapshot, string id, IEvent e) => e.Data switch
    {
        ArticlePublished p => Row(id, p.Content, p.PublishedAt, snapshot?.RevisedAt),
        ArticleRevised r => Row(id, r.Content, r.PublishedAt, r.RevisedAt),
        ArticleRetracted => null,
        _ => snapshot,
    };

    private static ArticleSummary Row(string id, Content content, DateTimeOffset publishedAt, DateTimeOffset? revisedAt) => new()
    {
        Id = id,
        Section = content.Section,
        Tags = content.Tags,
        PublishedAt = publishedAt,
        RevisedAt = revisedAt,
        Headings = content.Texts.ToDictionary(t => t.Key, t => new Heading(t.Value.Title, t.Value.Lead, t.Value.Slug)),
    };
}

/// <summary><c>GET /api/articles</c>: newest first, stable while others publish.</summary>
public static class ArticleList
{
    private sealed record Key(DateTimeOffset PublishedAt, string Id);

    public static void Configure(StoreOptions store) => store.Schema.For<ArticleSummary>()
        .Duplicate(a => a.PublishedAt, notNull: true)
        .Duplicate(a => a.Section, notNull: true)
        .Index(a => new { a.PublishedAt, a.Id })
        .Index(a => new { a.Section, a.PublishedAt, a.Id });

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles", async (string? section, string? lang, string? tag, Paging paging, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            var language = Language.Of(lang);
            IQueryable<ArticleSummary> query = session.Query<ArticleSummary>();
            if (section is not null) query = query.Where(a => a.Section == section);
            if (tag is not null) query = query.Where(a => a.Tags.Contains(tag));
            if (paging.After<Key>() is { } after) query = query.Where(a => a.MatchesSql("(d.published_at, d.id) < (?, ?)", after.PublishedAt, after.Id));
            var rows = await query.OrderByDescending(a => a.PublishedAt).ThenByDescending(a => a.Id).Take(paging.Limit + 1).ToListAsync(ct);
            var discussions = rows.Select(r => Streams.Discussion(Streams.ArticleId(r.Id))).ToArray();
            var counts = (await session.LoadManyAsync<ArticleDiscussion>(ct, discussions)).ToDictionary(d => d.Id, d => d.Comments);
            http.Response.Name(["articles", .. discussions]);
            return paging.Page(rows, r => new Key(r.PublishedAt, r.Id), r => Show(r, language, counts));
        });

    private static ArticleItem Show(ArticleSummary row, string language, Dictionary<string, int> counts)
    {
        var id = Streams.ArticleId(row.Id);
        var (shown, heading) = Language.Pick(row.Headings, language);
        return new(id, heading.Slug, row.Section, row.Tags, shown, heading.Title, heading.Lead, row.PublishedAt, row.RevisedAt, counts.GetValueOrDefault(Streams.Discussion(id)));
    }
}

/// <summary>One row of the list, in one language.</summary>
public sealed record ArticleItem(
    Guid Id, string Slug, string Section, IReadOnlyList<string> Tags, string Lang, string Title, string Lead, DateTimeOffset PublishedAt, DateTimeOffset? RevisedAt, int CommentCount);
