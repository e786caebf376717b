using System.Net;

namespace Portal.Reader;

/// <summary><c>/{lang}/articles/{slug}</c>: an article with its translations, corrections, neighbours and discussion.</summary>
public partial class ArticlePage
{
    /// <summary>The sort orders of a discussion; the first is the default.</summary>
    public static readonly IReadOnlyList<string> Orders = ["newest", "oldest", "best"];

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet($"/{ReaderSite.Lang}/articles/{{slug}}", async (
            string lang,
            string slug,
            string? sort,
            string? comments,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
            {
                var order = sort is not null && Orders.Contains(sort) ? sort : Orders[0];
                var reading = Read(backends, lang, slug, ct);
                var frame = await Frame.Load(http, lang, backends, ct);
                var article = await reading;
                if (RedirectOrError(http, frame, article, "") is { } response) return response;
                var readingComments = backends.Read<Listed<CommentItem>>(
                    Part.Comments,
                    Url.With($"/api/articles/{article.Value!.Id}/comments", ("sort", order), ("limit", "20"), ("cursor", comments)),
                    ct);
                var head = await backends.Read<MetadataView>(Part.Head, $"/api/articles/{article.Value.Id}/metadata?lang={lang}", ct);
                var discussion = await readingComments;
                return discussion.Status == HttpStatusCode.BadRequest
                    ? http.ShowError(frame, discussion.Status) // the cursor is invalid
                    : http.Show<ArticlePage>(
                        WithAlternates(frame, article.Value),
                        new { Article = article.Value, Metadata = head.Value, Comments = discussion, Order = order });
            });

    internal static Task<Answer<ArticleView>> Read(Backends backends, string lang, string slug, CancellationToken ct) =>
        backends.Read<ArticleView>(Part.Article, Url.With($"/api/articles/{Uri.EscapeDataString(slug)}", ("lang", lang)), ct);

    /// <summary>
    /// The response to send instead of the article, or null. A former slug redirects to the current one, and a slug of another language
    /// redirects to that of this language.
    /// </summary>
    internal static IResult? RedirectOrError(HttpContext http, Frame frame, Answer<ArticleView> article, string rest)
    {
        if (article.Status == HttpStatusCode.MovedPermanently && article.Location is { } location)
            return Results.Redirect(frame.Article(location.Split('?')[0].Split('/')[^1], rest), permanent: true);
        if (article.Value is not { } view) return http.ShowError(frame, article.Status);
        var asked = (string?)http.Request.RouteValues["slug"];
        return view.Slug != asked && HttpMethods.IsGet(http.Request.Method) ? Results.Redirect(frame.Article(view.Slug, rest)) : null;
    }

    /// <summary>Adds the article's addresses in other languages to the frame, because each language has its own slug.</summary>
    internal static Frame WithAlternates(Frame frame, ArticleView article) =>
        frame with
        {
            Alternates = article.Alternates.Where(a => Languages.All.Contains(a.Hreflang)).ToDictionary(
                a => a.Hreflang, a => Url.To(a.Hreflang, $"articles/{a.Slug}")),
        };
}
