using System.Net;

namespace Portal.Reader;

/// <summary>
/// Commenting without scripts: <c>/{lang}/articles/{slug}/reply/{comment}</c> shows a comment and a form below it; <c>POST /{lang}/articles/{slug}/comments</c> sends one,
/// and shows the form again with what is wrong where it was refused; <c>/held</c> thanks for one that moderators see first.
/// </summary>
public partial class CommentPage
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet($"/{ReaderSite.Lang}/articles/{{slug}}/reply/{{parent:guid}}", async (string lang, string slug, Guid parent, HttpContext http, Backends backends, CancellationToken ct) =>
        {
            var frame = await Frame.Load(http, lang, backends, ct);
            var article = await ArticlePage.Read(backends, lang, slug, ct);
            if (ArticlePage.Moved(http, frame, article, $"/reply/{parent}") is { } elsewhere) return elsewhere;
            var answered = await Find(backends, article.Value!.Id, parent, ct);
            return answered.Value is null ? http.Trouble(frame, answered.Status) : http.Show<CommentPage>(frame, new { Slug = slug, article.Value.Title, Article = article.Value.Id, Answered = answered.Value });
        });

        app.MapGet($"/{ReaderSite.Lang}/articles/{{slug}}/comments/held", async (string lang, string slug, HttpContext http, Backends backends, CancellationToken ct) =>
            http.Show<CommentHeldPage>(await Frame.Load(http, lang, backends, ct), new { Slug = slug }));

        app.MapPost($"/{ReaderSite.Lang}/articles/{{slug}}/comments", async (string lang, string slug, HttpContext http, Backends backends, CancellationToken ct) =>
        {
            var form = await http.Request.ReadFormAsync(ct);
            string author = form["author"].ToString().Trim(), text = form["text"].ToString().Trim().ReplaceLineEndings("\n");
            Guid? parent = Guid.TryParse(form["parent"], out var id) ? id : null;
            if (!Guid.TryParse(form["article"], out var article)) return http.Trouble(await Frame.Load(http, lang, backends, ct), HttpStatusCode.BadRequest);
            if (form["website"].ToString().Length > 0) return Results.LocalRedirect($"~{Url.To(lang, $"articles/{Uri.EscapeDataString(slug)}/comments/held")}");

            var sent = await backends.Send<CommentReceipt>(HttpMethod.Post, $"/api/articles/{article}/comments", new { author, text, parentId = parent }, http.Visitor(), SameWords.Key($"{article}", $"{parent}", author, text), ct);
            if (sent.Value is { } receipt) return SeeOther(http, Url.To(lang, $"articles/{Uri.EscapeDataString(slug)}{(receipt.Status == "held" ? "/comments/held" : $"#comment-{receipt.Id}")}"));
            var answered = parent is { } above ? (await Find(backends, article, above, ct)).Value : null;
            return http.Show<CommentPage>(await Frame.Load(http, lang, backends, ct), new { Slug = slug, Article = article, Answered = answered, Author = author, Text = text, Refused = sent.Status }, (int)sent.Status);
        }).FromThisSite();
    }

    /// <summary>Another page is to be shown by GET.</summary>
    internal static IResult SeeOther(HttpContext http, string address)
    {
        http.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static async Task<Answer<CommentItem>> Find(Backends backends, Guid article, Guid comment, CancellationToken ct)
    {
        for (string? cursor = null; ;)
        {
            var page = await ArticlePage.Discussion(backends, article, cursor, ct);
            var found = page.Value?.Items.FirstOrDefault(c => c.Id == comment);
            cursor = page.Value?.Next;
            if (found is not null || page.Value is null || cursor is null) return new(found, found is null && page.Value is not null ? HttpStatusCode.NotFound : page.Status, page.Problem, page.Keys);
        }
    }
}
