using System.ComponentModel.DataAnnotations;
using Articles.Texts;
using Articles.Workflow;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// Corrects one location in the published text of one language, with a note for readers. If the draft has unpublished changes, it keeps
/// them, and is corrected as well if it still contains the location.
/// </summary>
public sealed record CorrectArticle(
    string Lang,
    TextLocation Location,
    string Replacement,
    string Note,
    DateTimeOffset Now,
    FourEyes Rule)
{
    /// <summary>The typo report that this correction carries out, if any.</summary>
    public TypoFixed? Typo { get; init; }

    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Published is null || article.Retracted) throw new NotFound("There is no published article with this id.");
        if (!article.Published.Texts.TryGetValue(Lang, out var text)) throw new Rejected($"The article has no text in \"{Lang}\".");
        if (Location.IsReplaced(text, Replacement)) yield break;
        Rule.RequireTwoSteps(article);
        var corrected = With(article.Published, Location.Replace(text, Replacement));
        yield return new ArticleRevised(corrected, article.PublishedAt!.Value, Now) { Correction = new(Note, Now, Lang), Typo = Typo };
        // ArticleRevised replaces the draft and ends its review, so unpublished changes are stored again after it.
        var draft = article.Draft!.IsSameAs(article.Published) ? corrected : Corrected(article.Draft);
        if (draft.IsSameAs(corrected)) yield break;
        yield return new DraftRevised(draft) { By = article.ChangedBy };
        if (article.Review is not null) yield return new DraftSubmitted();
    }

    private Content Corrected(Content draft) =>
        draft.Texts.TryGetValue(Lang, out var text) && Location.CountIn(text) == 1
            ? With(draft, Location.Replace(text, Replacement))
            : draft;

    private Content With(Content content, Text text) =>
        content with { Texts = new Dictionary<string, Text>(content.Texts) { [Lang] = text } };

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/correct", async (
            Guid id,
            CorrectRequest request,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            NpgsqlDataSource database,
            Decider decider,
            CancellationToken ct) =>
            {
                var command = request.ToCommand(clock.Now(), await FourEyes.Load(database, null, ct));
                var decision = await decider.Decide<Article>(Streams.Article(id), seen.Expected, command.Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Articles, SurrogateKey.Article(id));
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Editor);
}

/// <summary>
/// <c>selection</c> is the text to replace, as readers see it. <c>before</c> and <c>after</c> are the text around it, as much as is needed
/// to make the location unique. <c>replacement</c> is plain text. <c>note</c> tells readers what was corrected.
/// </summary>
public sealed record CorrectRequest(
    [property: Required] string Lang,
    [property: Required, StringLength(1000, MinimumLength = 1)] string Selection,
    [property: Visible, StringLength(1000)] string Replacement,
    [property: Required, Visible, StringLength(500, MinimumLength = 1)] string Note,
    [property: StringLength(200)] string Before = "",
    [property: StringLength(200)] string After = "")
{
    internal CorrectArticle ToCommand(DateTimeOffset now, FourEyes rule)
    {
        if (Language.Requested(Lang) is null) throw new Malformed("lang", "is missing");
        if (string.IsNullOrWhiteSpace(Selection)) throw new Malformed("selection", "must contain the text to replace");
        return new CorrectArticle(
            Lang,
            new TextLocation(Before, Selection, After),
            PlainText.Xml(Replacement),
            PlainText.CleanOrNull(Note) ?? throw new Malformed("note", "must state what was corrected, without markup"),
            now,
            rule);
    }
}
