using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
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
    public DateOnly? OccurredOn { get; init; }
    public string? Author { get; init; }
    public Cover? Cover { get; init; }
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
        ArticlePublished p => Row(id, p.Content, p.PublishedAt, p.RevisedAt ?? snapshot?.RevisedAt),
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
        OccurredOn = content.OccurredOn,
        Author = content.Author,
        Cover = content.Cover,
        Headings = content.Texts.ToDictionary(t => t.Key, t => new Heading(t.Value.Title, t.Value.Lead, t.Value.Slug)),
    };
}

/// <summary>
/// <c>GET /api/articles</c>: newest first, stable while others publish. <c>q</c> searches in <c>lang</c> (without it, in the language of the words' script) and adds
/// <c>highlights</c>. Where an article has no text in <c>lang</c> another language stands in and <c>fallback</c> says so; <c>fallback=false</c> leaves it out.
/// </summary>
public static class ArticleList
{
    internal sealed record Key(DateTimeOffset PublishedAt, string Id);

    public static void Configure(StoreOptions store) => store.Schema.For<ArticleSummary>()
        .Duplicate(a => a.PublishedAt, notNull: true)
        .Duplicate(a => a.Section, notNull: true)
        .Index(a => new { a.PublishedAt, a.Id })
        .Index(a => new { a.Section, a.PublishedAt, a.Id });

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles", async ([AsParameters] ArticleFilter filter, Paging paging, HttpContext http, IQuerySession session, SearchDatabase search, CancellationToken ct) =>
        {
            if (filter.State is not (null or "published")) return await EditorsList.Answer(filter, paging, http, session, ct);
            filter.Check();
            var featured = (await session.LoadAsync<FeaturedArticles>(Streams.Featured, ct))?.Articles ?? [];
            var rows = await filter.Find(search, featured, paging.After<Key>(), paging.Limit + 1, ct);
            var counts = await Counts(session, rows, ct);
            var highlights = filter.Q is null ? [] : await Highlights.Of(search, filter.Q, filter.SearchLanguage, rows, ct);
            var page = paging.Page(rows, r => new Key(r.PublishedAt, r.Id), r => ArticleItem.Of(r, filter.ShownLanguage, counts, featured) with { Highlights = highlights.GetValueOrDefault(r.Id) });
            http.Response.Name(["articles", "featured", .. rows.Select(r => Streams.Discussion(Streams.ArticleId(r.Id)))]);
            return Answer.Tagged(page);
        }).Produces<Page<ArticleItem>>();

    internal static async Task<Dictionary<string, int>> Counts(IQuerySession session, IEnumerable<ArticleSummary> rows, CancellationToken ct) =>
        (await session.LoadManyAsync<ArticleDiscussion>(ct, rows.Select(r => Streams.Discussion(Streams.ArticleId(r.Id))))).ToDictionary(d => d.Id, d => d.Comments);
}

/// <summary>What a list is filtered by. <c>from</c> and <c>to</c> are days (UTC) of publishing, both included. <c>state</c> other than published is for editors.</summary>
public readonly record struct ArticleFilter(string? Section, string? Lang, string? Tag, string? Q, bool? Featured, bool? Fallback, DateOnly? From, DateOnly? To, string? State)
{
    internal string? ShownLanguage => Q is null ? Lang : SearchLanguage;
    internal string SearchLanguage => Lang ?? SearchText.LanguageOf(Q!);

    internal void Check()
    {
        Language.Asked(Lang);
        if (Q is not null && Q.Trim().Length is 0 or > 200) throw new Malformed("q", "must be 1..200 characters");
        if (From > To) throw new Malformed("to", "must not be before from");
    }

    /// <summary>The rows that fit, newest first, after a key.</summary>
    internal async Task<IReadOnlyList<ArticleSummary>> Find(SearchDatabase search, IReadOnlyList<Guid> featured, ArticleList.Key? after, int limit, CancellationToken ct)
    {
        var (where, arguments) = (new List<string>(), new List<object>());
        string Value(object value)
        {
            arguments.Add(value);
            return $"${arguments.Count}";
        }

        if (Section is not null) where.Add($"i.section = {Value(Section)}");
        if (Tag is not null) where.Add($"i.tags @> array[{Value(Tag)}]");
        if (Lang is not null && Fallback == false && Q is null) where.Add($"i.langs @> array[{Value(Lang)}]");
        if (Featured is { } only) where.Add($"{(only ? "" : "not ")}i.article_id = any({Value(featured.ToArray())})");
        if (From is { } from) where.Add($"i.published_at >= {Value(Midnight(from))}");
        if (To is { } to) where.Add($"i.published_at < {Value(Midnight(to.AddDays(1)))}");
        if (after is not null) where.Add($"(i.published_at, i.id) < ({Value(after.PublishedAt)}, {Value(after.Id)})");
        if (Q is not null)
        {
            var (query, words) = SearchText.Query(Q, SearchLanguage);
            if (words.Length == 0) return [];
            where.Add($"i.{SearchLanguage} @@ {query.Replace("?", Value(words), StringComparison.Ordinal)}");
        }
        return await search.Documents<ArticleSummary>(
            $"""
            select d.data from (
              select i.id, i.published_at from {ArticleIndexProjection.Table} i {(where.Count == 0 ? "" : "where " + string.Join(" and ", where))}
              order by i.published_at desc, i.id desc limit {Value(limit)}) i
            join articles.mt_doc_articlesummary d on d.id = i.id
            order by i.published_at desc, i.id desc
            """, ct, arguments);
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}

/// <summary>One row of the list, in one language. <c>highlights</c> where words were searched: HTML, the words found in &lt;mark&gt;.</summary>
public sealed record ArticleItem(
    Guid Id, string Slug, string Section, IReadOnlyList<string> Tags, string Lang, string Title, string Lead, DateTimeOffset PublishedAt, DateTimeOffset? RevisedAt, int CommentCount)
{
    public bool Fallback { get; init; }
    public bool Featured { get; init; }
    public DateOnly? OccurredOn { get; init; }
    public string? Author { get; init; }
    public CoverView? Cover { get; init; }
    public Highlight? Highlights { get; init; }

    internal static ArticleItem Of(ArticleSummary row, string? language, Dictionary<string, int> counts, IReadOnlyList<Guid> featured)
    {
        var id = Streams.ArticleId(row.Id);
        var (shown, heading) = Language.Pick(row.Headings, language);
        return new(id, heading.Slug, row.Section, row.Tags, shown, heading.Title, heading.Lead, row.PublishedAt, row.RevisedAt, counts.GetValueOrDefault(Streams.Discussion(id)))
        {
            Fallback = language is not null && language != shown,
            Featured = featured.Contains(id),
            OccurredOn = row.OccurredOn,
            Author = row.Author,
            Cover = CoverView.Of(row.Cover, shown),
        };
    }
}
