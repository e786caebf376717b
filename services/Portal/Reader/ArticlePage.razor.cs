using System.Net;

namespace Portal.Reader;

/// <summary><c>/{lang}/articles/{slug}</c>: an article with its translations, corrections, neighbours and discussion.</summary>
public partial class ArticlePage
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet($"/{ReaderSite.Lang}/articles/{{slug}}", async (string lang, string slug, string? comments, HttpContext http, Backends backends, CancellationToken ct) =>
    {
        var asked = Read(backends, lang, slug, ct);
        var frame = await Frame.Load(http, lang, backends, ct);
        var article = await asked;
        if (Moved(http, frame, article, "") is { } elsewhere) return elsewhere;
        var discussion = Discussion(backends, article.Value!.Id, comments, ct);
        var head = await backends.Read<MetadataView>(Part.Head, $"/api/articles/{article.Value.Id}/metadata?lang={lang}", ct);
        return http.Show<ArticlePage>(In(frame, article.Value), new { Article = article.Value, Metadata = head.Value, Comments = await discussion });
    });

    internal static Task<Answer<ArticleView>> Read(Backends backends, string lang, string slug, CancellationToken ct) =>
        backends.Read<ArticleView>(Part.Article, Url.With($"/api/articles/{Uri.EscapeDataString(slug)}", ("lang", lang)), ct);

    /// <summary>A page of the discussion, the oldest first, so that an answer stands below what it answers.</summary>
    internal static Task<Answer<Listed<CommentItem>>> Discussion(Backends backends, Guid article, string? cursor, CancellationToken ct) =>
        backends.Read<Listed<CommentItem>>(Part.Comments, Url.With($"/api/articles/{article}/comments", ("view", "flat"), ("sort", "oldest"), ("limit", "100"), ("cursor", cursor)), ct);

    /// <summary>The page in place of an article that cannot be shown here, or null: a former slug leads to today's, a slug of another language to this one's.</summary>
    internal static IResult? Moved(HttpContext http, Frame frame, Answer<ArticleView> article, string rest)
    {
        if (article.Status == HttpStatusCode.MovedPermanently && article.Location is { } location)
            return Results.Redirect(frame.Article(location.Split('?')[0].Split('/')[^1], rest), permanent: true);
        if (article.Value is not { } view) return http.Trouble(frame, article.Status);
        var asked = (string?)http.Request.RouteValues["slug"];
        return view.Slug != asked && HttpMethods.IsGet(http.Request.Method) ? Results.Redirect(frame.Article(view.Slug, rest)) : null;
    }

    /// <summary>The frame knows the article's slugs in other languages.</summary>
    internal static Frame In(Frame frame, ArticleView article) =>
        frame with { Alternates = article.Alternates.Where(a => ReaderSite.Languages.Contains(a.Hreflang)).ToDictionary(a => a.Hreflang, a => Url.To(a.Hreflang, $"articles/{a.Slug}")) };
}
