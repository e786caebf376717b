using System.Text.Json.Serialization;
using Articles.Media;
using Articles.Publishing;
using Articles.Search;
using Articles.Texts;
using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Reading;

/// <summary>The heading of an article in lists, in one language.</summary>
public sealed record Heading(string Title, string Lead, string Slug) : Stored;

/// <summary>The row of a published article in lists. Drafts and retracted articles have none.</summary>
public sealed record ArticleSummary : Stored
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

/// <summary>Folds the stream of an article into its row in lists.</summary>
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
        ArticlePublished p => Row(snapshot, id, p.Content, p.PublishedAt, p.RevisedAt ?? snapshot?.RevisedAt),
        ArticleRevised r => Row(snapshot, id, r.Content, r.PublishedAt, r.RevisedAt),
        ArticleRetracted => null,
        _ => snapshot,
    };

    private static ArticleSummary Row(
        ArticleSummary? before,
        string id,
        Content content,
        DateTimeOffset publishedAt,
        DateTimeOffset? revisedAt) => (before ?? new()) with
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
/// <c>GET /api/articles</c>: Lists published articles, newest first. Articles that are published meanwhile do not shift the pages. <c>q</c>
/// searches for words in <c>lang</c>, or in the language of their script if <c>lang</c> is absent, and adds <c>highlights</c>. Search
/// results are sorted by relevance: words in the title count more than in the lead or elsewhere, words that follow each other more than
/// others, and newer articles more than older ones; <c>sort=date</c> returns the newest first. If no article matches the words as typed,
/// the results are those of similar words, which <c>correction</c> contains; <c>spelling=false</c> prevents that. If an article has no text
/// in <c>lang</c>, it is returned in another language with <c>fallback</c> set to true; <c>fallback=false</c> omits it.
/// </summary>
public static class ArticleList
{
    /// <summary>
    /// A key of a list by relevance has the id "article-UUID.PLACE". A replica that does not know this order continues by date.
    /// </summary>
    internal sealed record Key(DateTimeOffset PublishedAt, string Id)
    {
        [JsonIgnore]
        public Place? Place { get; init; }

        public static Key Of(ListedArticle article) => new(
            article.Summary.PublishedAt,
            article.Place is { } place ? $"{article.Summary.Id}.{(int)place}" : article.Summary.Id);

        /// <summary>The key with its place apart from the id.</summary>
        public Key Parse() =>
            Id.LastIndexOf('.') is >= 0 and var dot && int.TryParse(Id.AsSpan(dot + 1), out var place) && Enum.IsDefined((Place)place)
                ? this with { Id = Id[..dot], Place = (Place)place }
                : this;
    }

    public static void Configure(StoreOptions store) => store.Schema.For<ArticleSummary>()
        .Duplicate(a => a.PublishedAt, notNull: true)
        .Duplicate(a => a.Section, notNull: true)
        .Index(a => new { a.PublishedAt, a.Id })
        .Index(a => new { a.Section, a.PublishedAt, a.Id });

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles", async (
            [AsParameters] ArticleFilter filter,
            Paging paging,
            HttpContext http,
            IQuerySession session,
            ListedArticles articles,
            Corrections corrections,
            CoverPictures covers,
            CancellationToken ct) =>
            {
                if (filter.State is not (null or "published"))
                    return await EditorsList.Respond(filter, paging, http, session, articles.Search, ct);
                if (filter.Order is not null)
                    throw new Malformed("order", "is for editors only; omit it, or choose a state other than published");
                if ((filter.Stage ?? filter.Assignee) is not null)
                    throw new Malformed(
                        filter.Stage is null ? "assignee" : "stage",
                        "is for editors only; omit it, or choose a state other than published");
                filter.Validate();
                var after = paging.After<Key>()?.Parse();
                if (after?.Place is not null && (filter.Q is null || filter.Sort == "date"))
                    throw new Malformed("cursor", "belongs to a list in another order; omit it to start with the first page");
                var found = await filter.Find(articles, after, paging.Limit + 1, ct);
                var shownFilter = filter;
                SimilarWords? correction = null, suggestion = null;
                if (filter.Q is not null && after is null && filter.Spelling != false && found.Count < Corrections.Few)
                {
                    var corrected = await corrections.Find(filter, found.Count, paging.Limit + 1, ct);
                    if (corrected is not null && found.Count == 0)
                        (correction, found, shownFilter) = (corrected.Words, corrected.Found, corrected.Filter);
                    else suggestion = corrected?.Words;
                }
                var shown = found.Take(paging.Limit).Select(a => a.Summary);
                var highlights = filter.Q is null
                    ? []
                    : await Highlights.Of(articles.Search, shownFilter.Q!, shownFilter.SearchLanguage, [.. shown], ct);
                var pictures = await covers.Of(found, ct);
                var (items, next) = paging.Page(
                    found,
                    Key.Of,
                    a => ArticleItem.Of(a, shownFilter.ShownLanguage, pictures) with
                    {
                        Highlights = highlights.GetValueOrDefault(a.Summary.Id),
                    });
                http.Response.TagWithKeys(Keys(found).Concat(pictures.Keys));
                return Responses.WithETag(new ArticleListPage(items, next) { Correction = correction, DidYouMean = suggestion });
            }).AllowAnonymous().Produces<ArticleListPage>()
            .Produces(401).Produces(403); // If someone who is not an editor requests unpublished articles.

    /// <summary>The surrogate keys of a list that shows these articles and their numbers of comments.</summary>
    internal static IEnumerable<SurrogateKey> Keys(IEnumerable<ListedArticle> articles) =>
    [
        SurrogateKey.Articles,
        SurrogateKey.Featured,
        .. articles.Select(a => SurrogateKey.Discussion(Streams.ArticleId(a.Summary.Id))),
    ];
}

/// <summary>
/// One page of a list. If <c>correction</c> is present, no article matches the words as typed, and the page contains the results of these
/// words; request the next page with them. <c>didYouMean</c> contains words that match more articles than the few that were found.
/// </summary>
public sealed record ArticleListPage(IReadOnlyList<ArticleItem> Items, string? Next)
{
    public SimilarWords? Correction { get; init; }
    public SimilarWords? DidYouMean { get; init; }
}

/// <summary>Words to search for in place of those that were typed, and the language to search in.</summary>
public sealed record SimilarWords(string Q, string Lang);

/// <summary>
/// One article of a list, in one language. <c>highlights</c> is present in search results: HTML with the matching words in &lt;mark&gt;.
/// </summary>
public sealed record ArticleItem(
    Guid Id,
    string Slug,
    string Section,
    IReadOnlyList<string> Tags,
    string Lang,
    string Title,
    string Lead,
    DateTimeOffset PublishedAt,
    DateTimeOffset? RevisedAt,
    int CommentCount)
{
    public bool Fallback { get; init; }
    public bool Featured { get; init; }
    public DateOnly? OccurredOn { get; init; }
    public string? Author { get; init; }
    public CoverView? Cover { get; init; }
    public Highlight? Highlights { get; init; }

    internal static ArticleItem Of(ListedArticle article, string? language, Pictures pictures)
    {
        var row = article.Summary;
        var (shown, heading) = Language.Pick(row.Headings, language);
        return new(
            Streams.ArticleId(row.Id),
            heading.Slug,
            row.Section,
            row.Tags,
            shown,
            heading.Title,
            heading.Lead,
            row.PublishedAt,
            row.RevisedAt,
            article.Comments)
        {
            Fallback = language is not null && language != shown,
            Featured = article.IsFeatured,
            OccurredOn = row.OccurredOn,
            Author = row.Author,
            Cover = pictures.View(row.Cover, shown),
        };
    }
}
