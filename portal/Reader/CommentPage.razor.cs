using System.Net;
using Platform.Web;

namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/articles/{slug}/comments/{comment}</c> shows a comment with the comments above it, its replies and a reply form.
/// <c>POST /{lang}/articles/{slug}/comments</c> posts a comment; if it is rejected, the form is shown again with the reason.
/// <c>/held</c> is shown after posting a comment that is held for moderation.
/// </summary>
public partial class CommentPage
{
    /// <summary>The submitted fields of the comment form.</summary>
    public sealed record Draft(string Author, string Text, string? Email, bool Notify);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet($"/{ReaderSite.Lang}/articles/{{slug}}/comments/{{comment:guid}}", async (
            string lang,
            string slug,
            Guid comment,
            string? comments,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
            {
                var readingComment = Find(backends, comment, ct);
                var reading = ArticlePage.Read(backends, lang, slug, ct);
                var frame = await Frame.Load(http, lang, backends, ct);
                var article = await reading;
                if (ArticlePage.RedirectOrError(http, frame, article, $"/comments/{comment}") is { } response) return response;
                var place = await readingComment;
                if (place.Value is not { } found || found.ArticleId != article.Value!.Id)
                    return http.ShowError(frame, place.Value is null ? place.Status : HttpStatusCode.NotFound);
                var answers = comments is null ? found.Comment.Replies : null;
                if (comments is not null)
                {
                    var page = await backends.Read<Listed<CommentItem>>(
                        Part.Comments, Url.With($"/api/comments/{comment}/replies", ("cursor", comments)), ct);
                    if (page.Value is null) return http.ShowError(frame, page.Status);
                    answers = page.Value;
                }
                var shown = Nested(found with { Comment = found.Comment with { Replies = new(answers?.Items ?? []) } });
                var open = !found.Comment.Removed && article.Value.RetractionNote is null;
                return http.Show<CommentPage>(
                    frame,
                    new
                    {
                        Slug = slug,
                        Article = article.Value.Id,
                        article.Value.Title,
                        Comment = shown,
                        answers?.Next,
                        Parent = (Guid?)comment,
                        Open = open,
                    });
            });

        app.MapGet(
            $"/{ReaderSite.Lang}/articles/{{slug}}/comments/held",
            async (
                string lang,
                string slug,
                HttpContext http,
                Backends backends,
                CancellationToken ct) =>
                http.Show<CommentHeldPage>(await Frame.Load(http, lang, backends, ct), new { Slug = slug }));

        app.MapPost($"/{ReaderSite.Lang}/articles/{{slug}}/comments", async (
            string lang,
            string slug,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
            {
                var form = await http.Request.ReadFormAsync(ct);
                string Field(string name) => form[name].ToString().Trim().ReplaceLineEndings("\n");
                string? Sent(string name) => Field(name) is { Length: > 0 } value ? value : null;
                var submitted = new Draft(Field("author"), Field("text"), Sent("email"), Sent("notify") is not null);
                Guid? parent = Guid.TryParse(form["parent"], out var id) ? id : null;
                if (!Guid.TryParse(form["article"], out var article))
                    return http.ShowError(await Frame.Load(http, lang, backends, ct), HttpStatusCode.BadRequest);
                if (Sent("website") is not null)
                    return Results.LocalRedirect($"~{Url.To(lang, $"articles/{Uri.EscapeDataString(slug)}/comments/held")}");

                var body = new
                {
                    submitted.Author,
                    submitted.Text,
                    parentId = parent,
                    submitted.Email,
                    submitted.Notify,
                    lang,
                    proof = Sent("proof"),
                };
                var (address, token) = ($"/api/articles/{article}/comments", Sent("token"));
                var key = ContentKey.Of($"{article}", $"{parent}", submitted.Author, submitted.Text, token);
                var sent = await backends.Send<CommentReceipt>(HttpMethod.Post, address, body, Visitors.Address(http), key, ct, token);
                if (sent.Value is { } receipt)
                {
                    // A new comment is at the top of the article page, but a reply may be far down, so it is shown on its own page.
                    var shown = parent is null ? $"#comment-{receipt.Id}" : $"/comments/{receipt.Id}#comment-{receipt.Id}";
                    return SeeOther(
                        http,
                        Url.To(lang, $"articles/{Uri.EscapeDataString(slug)}{(receipt.Status == "held" ? "/comments/held" : shown)}"));
                }
                var above = parent is { } answered ? (await Find(backends, answered, ct)).Value : null;
                var around = above is null ? null : Nested(above with { Comment = above.Comment with { Replies = null } });
                return http.Show<CommentPage>(
                    await Frame.Load(http, lang, backends, ct),
                    new { Slug = slug, Article = article, Comment = around, Parent = parent, Submitted = submitted, sent.Refused },
                    (int)sent.Status);
            }).FromThisSite();
    }

    /// <summary>Redirects to a page after a successful POST (303).</summary>
    internal static IResult SeeOther(HttpContext http, string address)
    {
        http.Response.Headers.Location = address;
        // The gateway that forwarded this request may not be the one that accepted the write, so the response names the keys that changed.
        http.Response.TagWithKeys(http.RequestServices.GetRequiredService<PageDependencies>().Changed);
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>The thread from the topmost comment down to the requested one, without the other replies on the way.</summary>
    internal static CommentItem Nested(CommentPlace place) =>
        place.Above.Reverse().Aggregate(place.Comment, (below, above) => above with { Replies = new([below]) });

    private static Task<Answer<CommentPlace>> Find(Backends backends, Guid comment, CancellationToken ct) =>
        backends.Read<CommentPlace>(Part.Comments, $"/api/comments/{comment}", ct);
}
