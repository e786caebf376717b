using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>What a reader of one article sees; also who owns which slug, drafts included.</summary>
public sealed record ArticlePage
{
    public string Id { get; init; } = "";
    public Guid ArticleId { get; init; }
    public long Version { get; init; }
    public IReadOnlyList<string> Slugs { get; init; } = [];
    public Content? Content { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? RevisedAt { get; init; }
    public string? RetractionNote { get; init; }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{idOrSlug}", async (string idOrSlug, string? lang, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            var page = Guid.TryParse(idOrSlug, out var id)
                ? await session.LoadAsync<ArticlePage>(Streams.Article(id), ct)
                : await session.Query<ArticlePage>().FirstOrDefaultAsync(a => a.Slugs.Contains(idOrSlug), ct);
            if (page?.Content is null) throw new NotFound($"No published article has the id or slug \"{idOrSlug}\".");
            var discussion = await session.LoadAsync<ArticleDiscussion>(Streams.Discussion(page.ArticleId), ct);
            http.Response.Name(page.Id, Streams.Discussion(page.ArticleId));
            return Versions.Versioned(http, $"{page.Version}-{discussion?.DiscussionVersion ?? 0}", page.Show(Language.Of(lang), discussion?.Comments ?? 0));
        });

    private ArticleView Show(string language, int comments)
    {
        var (shown, text) = Language.Pick(Content!.Texts, language);
        return new(ArticleId, text.Slug, Content.Section, Content.Tags, shown, [.. Content.Texts.Keys.Order()], text.Title, text.Lead,
            RetractionNote is null ? text.BodyHtml : "", Content.Author, Content.Source, Content.OccurredOn, PublishedAt!.Value, RevisedAt, RetractionNote, comments);
    }
}

/// <summary>An article in one language. A retracted one has no body but its note.</summary>
public sealed record ArticleView(
    Guid Id, string Slug, string Section, IReadOnlyList<string> Tags, string Lang, IReadOnlyList<string> Translations, string Title, string Lead, string BodyHtml,
    string? Author, string? Source, DateOnly? OccurredOn, DateTimeOffset PublishedAt, DateTimeOffset? RevisedAt, string? RetractionNote, int CommentCount);

/// <summary>Folds one article's stream into its page.</summary>
public sealed class ArticlePageProjection : SingleStreamProjection<ArticlePage, string>
{
    public ArticlePageProjection()
    {
        Name = "article-page";
        IncludeType<ArticleDrafted>();
        IncludeType<DraftRevised>();
        IncludeType<ArticlePublished>();
        IncludeType<ArticleRevised>();
        IncludeType<ArticleRetracted>();
    }

    public override ArticlePage? Evolve(ArticlePage? snapshot, string id, IEvent e)
    {
        var page = (snapshot ?? new ArticlePage { Id = id, ArticleId = Streams.ArticleId(id) }) with { Version = e.Version };
        return e.Data switch
        {
            ArticleDrafted d => page with { Slugs = SlugsOf(page.Content, d.Draft) },
            DraftRevised d => page with { Slugs = SlugsOf(page.Content, d.Draft) },
            ArticlePublished p => page with { Slugs = SlugsOf(p.Content), Content = p.Content, PublishedAt = p.PublishedAt, RetractionNote = null },
            ArticleRevised r => page with { Slugs = SlugsOf(r.Content), Content = r.Content, RevisedAt = r.RevisedAt },
            ArticleRetracted r => page with { RetractionNote = r.Note },
            _ => page,
        };
    }

    private static string[] SlugsOf(params Content?[] contents) => [.. contents.OfType<Content>().SelectMany(c => c.Texts.Values).Select(t => t.Slug).Distinct().Order()];
}
