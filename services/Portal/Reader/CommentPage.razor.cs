using System.Net;
using Platform.Hosting;

namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/articles/{slug}/comments/{comment}</c>: a comment with what it answers, what answers it and a form; <c>POST
/// /{lang}/articles/{slug}/comments</c> sends one, and shows the form again with what is wrong where it was refused; <c>/held</c> thanks
/// for one that moderators see first.
/// </summary>
public partial class CommentPage
{
    /// <summary>A comment as it was written.</summary>
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
                var placing = Find(backends, comment, ct);
                var asked = ArticlePage.Read(backends, lang, slug, ct);
                var frame = await Frame.Load(http, lang, backends, ct);
                var article = await asked;
                if (ArticlePage.Moved(http, frame, article, $"/comments/{comment}") is { } elsewhere) return elsewhere;
                var place = await placing;
                if (place.Value is not { } found || found.ArticleId != article.Value!.Id)
                    return http.Trouble(frame, place.Value is null ? place.Status : HttpStatusCode.NotFound);
                var answers = comments is null ? found.Comment.Replies : null;
                if (comments is not null)
                {
                    var page = await backends.Read<Listed<CommentItem>>(
                        Part.Comments, Url.With($"/api/comments/{comment}/replies", ("cursor", comments)), ct);
                    if (page.Value is null) return http.Trouble(frame, page.Status);
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
            async (string lang, string slug, HttpContext http, Backends backends, CancellationToken ct) =>
                http.Show<CommentHeldPage>(await Frame.Load(http, lang, backends, ct), new { Slug = slug }));

        app.MapPost($"/{ReaderSite.Lang}/articles/{{slug}}/comments", async (
            string lang, string slug, HttpContext http, Backends backends, CancellationToken ct) =>
            {
                var form = await http.Request.ReadFormAsync(ct);
                string Field(string name) => form[name].ToString().Trim().ReplaceLineEndings("\n");
                string? Sent(string name) => Field(name) is { Length: > 0 } value ? value : null;
                var written = new Draft(Field("author"), Field("text"), Sent("email"), Sent("notify") is not null);
                Guid? parent = Guid.TryParse(form["parent"], out var id) ? id : null;
                if (!Guid.TryParse(form["article"], out var article))
                    return http.Trouble(await Frame.Load(http, lang, backends, ct), HttpStatusCode.BadRequest);
                if (Sent("website") is not null)
                    return Results.LocalRedirect($"~{Url.To(lang, $"articles/{Uri.EscapeDataString(slug)}/comments/held")}");

                var body = new
                {
                    written.Author,
                    written.Text,
                    parentId = parent,
                    written.Email,
                    written.Notify,
                    lang,
                    proof = Sent("proof"),
                };
                var (address, token) = ($"/api/articles/{article}/comments", Sent("token"));
                var key = SameWords.Key($"{article}", $"{parent}", written.Author, written.Text, token);
                var sent = await backends.Send<CommentReceipt>(HttpMethod.Post, address, body, Visitors.Address(http), key, ct, token);
                if (sent.Value is { } receipt)
                {
                    // The newest comments on an article are at the top of its page; an answer may be below many.
                    var shown = parent is null ? $"#comment-{receipt.Id}" : $"/comments/{receipt.Id}#comment-{receipt.Id}";
                    return SeeOther(
                        http,
                        Url.To(lang, $"articles/{Uri.EscapeDataString(slug)}{(receipt.Status == "held" ? "/comments/held" : shown)}"));
                }
                var above = parent is { } answered ? (await Find(backends, answered, ct)).Value : null;
                var around = above is null ? null : Nested(above with { Comment = above.Comment with { Replies = null } });
                return http.Show<CommentPage>(
                    await Frame.Load(http, lang, backends, ct),
                    new { Slug = slug, Article = article, Comment = around, Parent = parent, Written = written, sent.Refused },
                    (int)sent.Status);
            }).FromThisSite();
    }

    /// <summary>Another page is to be shown by GET.</summary>
    internal static IResult SeeOther(HttpContext http, string address)
    {
        http.Response.Headers.Location = address;
        // For the gateway in front of this page, which may be another than the one that took the write.
        http.Response.Name(http.RequestServices.GetRequiredService<Ingredients>().Changed);
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>
    /// The topmost comment, down to the one that was asked for; of the answers at each step it has only the one that leads there.
    /// </summary>
    internal static CommentItem Nested(CommentPlace place) =>
        place.Above.Reverse().Aggregate(place.Comment, (below, above) => above with { Replies = new([below]) });

    private static Task<Answer<CommentPlace>> Find(Backends backends, Guid comment, CancellationToken ct) =>
        backends.Read<CommentPlace>(Part.Comments, $"/api/comments/{comment}", ct);
}
