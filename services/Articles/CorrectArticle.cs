using System.ComponentModel.DataAnnotations;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// Replaces one place in one language's published text and tells readers so. A draft that an editor has open meanwhile keeps its other
/// changes and gets this one too, where it still has the place.
/// </summary>
public sealed record CorrectArticle(string Lang, Place Place, string Replacement, string Note, DateTimeOffset Now)
{
    /// <summary>The reader's report that it carries out.</summary>
    public TypoFixed? Typo { get; init; }

    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Published is null || article.Retracted) throw new NotFound("There is no published article with this id.");
        if (!article.Published.Texts.TryGetValue(Lang, out var text)) throw new Rejected($"The article has no text in \"{Lang}\".");
        if (Place.IsReplaced(text, Replacement)) yield break;
        var corrected = With(article.Published, Place.Replace(text, Replacement));
        yield return new ArticleRevised(corrected, article.PublishedAt!.Value, Now) { Correction = new(Note, Now, Lang), Typo = Typo };
        // The revision has set the draft aside; what an editor was writing comes back on top of it.
        var draft = article.Draft!.Says(article.Published) ? corrected : Corrected(article.Draft);
        if (!draft.Says(corrected)) yield return new DraftRevised(draft);
    }

    private Content Corrected(Content draft) =>
        draft.Texts.TryGetValue(Lang, out var text) && Place.In(text) == 1 ? With(draft, Place.Replace(text, Replacement)) : draft;

    private Content With(Content content, Text text) =>
        content with { Texts = new Dictionary<string, Text>(content.Texts) { [Lang] = text } };

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/correct", async (
            Guid id,
            CorrectRequest request,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                var decision = await decider.Decide<Article>(Streams.Article(id), seen.Expected, request.ToCommand(clock.Now()).Decide, ct);
                http.Response.Name("articles", Streams.Article(id));
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Editor);
}

/// <summary>
/// <c>selection</c>: the words to replace as readers see them, with as much of the words <c>before</c> and <c>after</c> as makes the place
/// one of a kind; <c>replacement</c>: what to put there, no markup; <c>note</c>: what was put right, for readers.
/// </summary>
public sealed record CorrectRequest(
    [property: Required] string Lang,
    [property: Required, StringLength(1000, MinimumLength = 1)] string Selection,
    [property: Visible, StringLength(1000)] string Replacement,
    [property: Required, Visible, StringLength(500, MinimumLength = 1)] string Note,
    [property: StringLength(200)] string Before = "",
    [property: StringLength(200)] string After = "")
{
    internal CorrectArticle ToCommand(DateTimeOffset now)
    {
        if (Language.Asked(Lang) is null) throw new Malformed("lang", "is missing");
        if (string.IsNullOrWhiteSpace(Selection)) throw new Malformed("selection", "must hold the words to replace");
        return new CorrectArticle(
            Lang,
            new Place(Before, Selection, After),
            PlainText.Xml(Replacement),
            PlainText.CleanOrNull(Note) ?? throw new Malformed("note", "must say what was put right"),
            now);
    }
}
