using System.ComponentModel.DataAnnotations;
using Articles.Texts;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>Retracts a published article. Readers see the note instead of the text.</summary>
public sealed record RetractArticle(string Note, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article is null) throw new NotFound("There is no article with this id.");
        if (article.Published is null) throw new Rejected("It was never published, so there is nothing to retract.");
        if (!article.Retracted) yield return new ArticleRetracted(Note, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/retract", async (
            Guid id,
            RetractRequest request,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                var note = PlainText.CleanOrNull(request.Note) ?? throw new Malformed("note", "must state the reason, without markup");
                var decision = await decider.Decide<Article>(
                    Streams.Article(id), seen.Expected, new RetractArticle(note, clock.Now()).Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Articles, SurrogateKey.Article(id));
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Publishing);
}

/// <summary><c>note</c> tells readers why the article was retracted.</summary>
public sealed record RetractRequest([property: Required, Visible, StringLength(500, MinimumLength = 1)] string Note);
