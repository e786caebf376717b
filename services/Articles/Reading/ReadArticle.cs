using Articles.Media;
using Articles.Publishing;
using Articles.Texts;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// <c>GET /api/articles/{id}</c>: Returns an article by id or by slug, in one language (<c>lang</c>), with links to other articles. A
/// former slug is answered with 301. <c>Accept: text/markdown</c> or <c>text/plain</c> returns only the text. Editors can read the article
/// as readers saw it at a time (<c>asOf</c>) or as of a <c>version</c>.
/// </summary>
public static class ReadArticle
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id}", async (
            [FromRoute(Name = "id")] string idOrSlug,
            string? lang,
            long? version,
            DateTimeOffset? asOf,
            HttpContext http,
            ArticlePages pages,
            CoverPictures covers,
            IQuerySession session,
            Site site,
            CancellationToken ct) =>
            {
                var requested = Language.Requested(lang);
                var found = Guid.TryParse(idOrSlug, out var id) ? await pages.ById(id, ct) : await pages.BySlug(idOrSlug, ct);
                if (version is not null || asOf is not null)
                    return await Past(found?.Page.ArticleId ?? id, requested, version, asOf, http, covers, session, site, ct);
                if (found?.Page is not { Content: not null } page)
                    throw new NotFound($"No published article has the id or slug \"{idOrSlug}\".");
                if (page.Slugs.TryGetValue(idOrSlug, out var language))
                {
                    if (!page.CurrentSlugs().Values.Contains(idOrSlug)) return Moved(page, language, http);
                    requested ??= language;
                }
                return Show(found, requested, http, await covers.Of(page.Content!, ct), site);
            }).AllowAnonymous().Produces<ArticleView>().Produces<string>(200, Representation.Plain, Representation.Markdown)
            .Produces(401).Produces(403); // If someone who is not an editor requests a past version.

    private static IResult Moved(ArticlePage page, string language, HttpContext http)
    {
        var (_, text) = Language.Pick(page.Content!.Texts, language);
        return Results.Redirect($"/api/articles/{text.Slug}{http.Request.QueryString}", permanent: true);
    }

    private static IResult Show(JoinedPage found, string? requested, HttpContext http, Pictures pictures, Site site)
    {
        var page = found.Page;
        http.Response.Headers.Vary = "Accept";
        if (page.RetractionNote is null && Representation.Preferred(http) is { } text)
            return Representation.Text(http, page, requested, text, site);
        var view = ArticleView.Of(page, requested, found.Comments, site, pictures) with
        {
            Related = [.. found.Related.Select(a => Neighbour.Of(a, requested))],
            Previous = found.Previous is { } previous ? Neighbour.Of(previous, requested) : null,
            Next = found.Next is { } next ? Neighbour.Of(next, requested) : null,
            Featured = found.IsFeatured,
        };
        http.Response.Headers.ContentLanguage = view.Lang;
        // Any article that is published or retracted can change the previous and next article, hence the key of all articles.
        http.Response.TagWithKeys(
            SurrogateKey.Articles, SurrogateKey.Featured, SurrogateKey.Article(page.ArticleId), SurrogateKey.Discussion(page.ArticleId));
        http.Response.TagWithKeys(pictures.Keys);
        return Responses.WithETag(view);
    }

    /// <summary>Folds the events up to the requested version or time with the projection of the readers' page.</summary>
    private static async Task<IResult> Past(
        Guid id,
        string? requested,
        long? version,
        DateTimeOffset? asOf,
        HttpContext http,
        CoverPictures covers,
        IQuerySession session,
        Site site,
        CancellationToken ct)
    {
        if (http.User.Identity?.IsAuthenticated != true) return Results.Problem(statusCode: 401);
        if (!http.User.IsInRole(Roles.Editor))
        {
            SecurityLog.Of(http).RoleRefused(http);
            return Results.Problem(statusCode: 403);
        }
        if (version < 1) throw new Malformed("version", "must be 1 or more");
        var events = await session.Events.FetchStreamAsync(Streams.Article(id), version ?? 0, asOf?.ToUniversalTime(), token: ct);
        var projection = new ArticlePageProjection();
        var page = events.Aggregate((ArticlePage?)null, (p, e) => projection.Evolve(p, Streams.Article(id), e));
        if (page?.Content is null || (version > events[^1].Version))
            throw new NotFound("The article was not published at that time or version.");
        var discussion = asOf is null
            ? null
            : await session.Events.AggregateStreamAsync<ArticleDiscussion>(
                Streams.Discussion(id), timestamp: asOf.Value.ToUniversalTime(), token: ct);
        var pictures = await covers.Of(page.Content, ct);
        var view = ArticleView.Of(page, requested, discussion?.Comments ?? 0, site, pictures);
        http.Response.Headers.ContentLanguage = view.Lang;
        return Responses.WithETag(view);
    }
}

/// <summary>
/// An article in one language. <c>fallback</c> is true if it has no text in the requested language. A retracted article has its title and
/// the note, but no lead, body or cover. <c>alternates</c> are its addresses in every language that it has. <c>previous</c> is the next
/// older article in its section, <c>next</c> the next newer one.
/// </summary>
public sealed record ArticleView(
    Guid Id,
    string Slug,
    string Section,
    IReadOnlyList<string> Tags,
    string Lang,
    IReadOnlyList<string> Translations,
    string Title,
    string Lead,
    string BodyHtml,
    string? Author,
    string? Source,
    DateOnly? OccurredOn,
    DateTimeOffset PublishedAt,
    DateTimeOffset? RevisedAt,
    string? RetractionNote,
    int CommentCount)
{
    public bool Fallback { get; init; }
    public bool Featured { get; init; }
    public long Version { get; init; }
    public Uri? Url { get; init; }
    public CoverView? Cover { get; init; }
    public IReadOnlyList<Alternate> Alternates { get; init; } = [];
    public IReadOnlyList<Correction> Corrections { get; init; } = [];
    public IReadOnlyList<Neighbour> Related { get; init; } = [];
    public Neighbour? Previous { get; init; }
    public Neighbour? Next { get; init; }

    internal static ArticleView Of(
        ArticlePage page,
        string? requested,
        int comments,
        Site site,
        Pictures pictures)
    {
        var content = page.Content!;
        var (shown, text) = Language.Pick(content.Texts, requested);
        var retracted = page.RetractionNote is not null;
        return new(page.ArticleId, text.Slug, content.Section, content.Tags, shown, [.. content.Texts.Keys.Order()], text.Title,
            retracted ? "" : text.Lead, retracted ? "" : pictures.Page(text.BodyHtml), content.Author, content.Source, content.OccurredOn,
            page.PublishedAt!.Value, page.RevisedAt, page.RetractionNote, comments)
        {
            Fallback = requested is not null && requested != shown,
            Version = page.ServedVersion,
            Url = site.Article(shown, text.Slug),
            Cover = retracted ? null : pictures.View(content.Cover, shown),
            Alternates = site.Alternates(page.CurrentSlugs()),
            Corrections = [.. page.Corrections.Where(c => c.Lang is null || c.Lang == shown)],
        };
    }
}

/// <summary>
/// The cover picture with its alternative text, in the reader's language if there is one. <c>altLang</c> is the language of that text. The
/// other properties are those of a picture in the library: <c>width</c> and <c>height</c> of the largest form, the focal point, which stays
/// visible if the picture is cropped, from 0 (left, top) to 1 (right, bottom), and the renditions for <c>srcset</c>, of which <c>url</c> is
/// the one that every reader can show.
/// </summary>
public sealed record CoverView(string Url, string Alt)
{
    /// <summary>The language of <see cref="Alt"/>.</summary>
    public string? AltLang { get; init; }
    public string? Caption { get; init; }
    public string? Credit { get; init; }
    public string? Licence { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }
    public double? FocalX { get; init; }
    public double? FocalY { get; init; }
    public IReadOnlyList<RenditionView>? Renditions { get; init; }
}

/// <summary>A link to another article.</summary>
public sealed record Neighbour(
    Guid Id,
    string Slug,
    string Lang,
    string Title,
    DateTimeOffset PublishedAt)
{
    internal static Neighbour Of(ArticleSummary article, string? language)
    {
        var (shown, heading) = Language.Pick(article.Headings, language);
        return new(Streams.ArticleId(article.Id), heading.Slug, shown, heading.Title, article.PublishedAt);
    }
}
