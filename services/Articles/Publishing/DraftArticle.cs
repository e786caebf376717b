using System.ComponentModel.DataAnnotations;
using Articles.Media;
using Articles.Texts;
using Articles.Workflow;
using Marten;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>Creates an article as a draft, or changes its draft. Readers see the change only after it is published.</summary>
public sealed record DraftArticle(Content Draft, Person By, FourEyes Rule)
{
    /// <summary>The texts from which translations were made, as far as the request names them.</summary>
    public IReadOnlyList<TranslationMarked> MadeFrom { get; init; } = [];

    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null)
        {
            yield return new ArticleDrafted(Draft) { By = By.Name };
            yield break;
        }
        By.RequireWriting(article);
        if (!Draft.IsSameAs(article.Draft))
            foreach (var change in Change(article, new DraftRevised(Draft) { By = By.Name }, Rule))
                yield return change;
        foreach (var mark in MadeFrom.Where(m => article.Translations?.GetValueOrDefault(m.Lang) != SourceOf(m))) yield return mark;
    }

    /// <summary>
    /// The events that change a draft. If the section requires two persons, a schedule is cancelled, because the person who scheduled the
    /// article saw another text.
    /// </summary>
    internal static IEnumerable<object> Change(Article article, DraftRevised change, FourEyes rule)
    {
        yield return change;
        if (article.ScheduledFor is not null && (rule.AppliesTo(article) || rule.AppliesTo(change.Draft.Section)))
            yield return new ArticleUnscheduled();
    }

    private static TranslationSource SourceOf(TranslationMarked mark) => new(mark.From, mark.Version, mark.Fingerprint);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/articles/{id:guid}", async (
            Guid id,
            ArticleRequest request,
            IfMatch seen,
            HttpContext http,
            Decider decider,
            IQuerySession session,
            NpgsqlDataSource database,
            CancellationToken ct) =>
            {
                var (person, rule) = (Person.Of(http), await FourEyes.Load(database, null, ct));
                var madeFrom = await TranslationSource.Requested(request.Translations, id, session, ct);
                var decision = await Slugs.RetryIfTaken(async contended =>
                {
                    var draft = await request.ToContent(id, session, contended, ct);
                    await RequireSection(draft.Section, session, ct);
                    return await decider.Decide<Article>(
                        Streams.Article(id),
                        seen.Expected,
                        new DraftArticle(draft, person, rule) { MadeFrom = madeFrom }.Decide,
                        (s, before, after, token) => Slugs.Reserve(s, id, before, after, token),
                        ct);
                });
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Writers);

    internal static async Task RequireSection(string section, IQuerySession session, CancellationToken ct)
    {
        if (await session.LoadAsync<Section>(Streams.Section(section), ct) is null)
            throw new Malformed("section", $"no section has the key \"{section}\"; GET /api/sections lists the sections");
    }
}

/// <summary>The markup language of a body.</summary>
public enum BodyFormat
{
    /// <summary>HTML.</summary>
    Html,
    /// <summary>Markdown: CommonMark with pipe tables.</summary>
    Markdown,
}

/// <summary>
/// The draft of an article. <c>translations</c> has a text for at least one of the languages en, ru and zh. <c>related</c> has the ids of
/// related articles.
/// </summary>
public sealed record ArticleRequest(
    [property: Required, RegularExpression(SectionRequest.KeyPattern)] string Section,
    [property: Required, MinLength(1)] Dictionary<string, TextRequest> Translations,
    [property: MaxLength(20)] string[]? Tags = null,
    DateOnly? OccurredOn = null,
    [property: Visible, StringLength(200)] string? Author = null,
    [property: Visible, StringLength(200)] string? Source = null,
    CoverRequest? Cover = null,
    [property: MaxLength(20)] Guid[]? Related = null)
{
    /// <summary>
    /// Validates and cleans the request. A text without a slug gets one from its title, which may already belong to another article.
    /// </summary>
    internal Content ToContent()
    {
        if (Translations.Keys.FirstOrDefault(l => !Languages.All.Contains(l)) is { } unknown)
            throw new Malformed($"translations.{unknown}", $"must be one of {string.Join(", ", Languages.All)}");
        if (Tags?.FirstOrDefault(t => !Slug.IsValid(t)) is { } tag)
            throw new Malformed("tags", $"\"{tag}\": {Slug.Rule}");
        return new Content(
            Section,
            [.. (Tags ?? []).Distinct()],
            OccurredOn,
            PlainText.CleanOrNull(Author),
            PlainText.CleanOrNull(Source),
            Translations.ToDictionary(t => t.Key, t => t.Value.ToText(t.Key)))
        {
            Cover = Cover?.ToCover(),
            Related = Related is { Length: > 0 } ? [.. Related.Distinct()] : null,
        };
    }

    /// <summary>Validates and cleans the request, and chooses a free slug for each text that has none.</summary>
    internal async Task<Content> ToContent(Guid id, IQuerySession session, bool contended, CancellationToken ct)
    {
        if (Related?.Contains(id) == true) throw new Malformed("related", "must not contain the id of the article itself");
        var content = ToContent();
        await RequirePictures(content, session, ct);
        var texts = new Dictionary<string, Text>();
        foreach (var (language, text) in content.Texts.OrderBy(t => Languages.Rank(t.Key)))
        {
            texts[language] = Translations[language].Slug is null
                ? text with { Slug = await Slugs.Choose(session, id, text.Slug, contended, ct) }
                : text;
        }
        return content with { Texts = texts };
    }

    private static async Task RequirePictures(Content content, IQuerySession session, CancellationToken ct)
    {
        var ids = MediaReferencesProjection.Of(content);
        if (ids.Count == 0) return;
        var items = await session.LoadManyAsync<MediaItem>(ct, ids.Select(Streams.Media));
        var existing = items.Where(i => !i.IsDeleted).Select(i => Streams.MediaId(i.Id));
        if (ids.Except(existing).Select(id => (Guid?)id).FirstOrDefault() is { } missing)
            throw new Malformed(
                MediaAddress.IdOf(content.Cover?.Url) == missing ? "cover.url" : "translations",
                $"names the picture {missing}, which is not in the media library; GET /api/media lists the pictures");
    }
}

/// <summary>
/// The text in one language. The title has 1 to 200 characters and the lead at most 500, both without markup. The body has at most 200,000
/// characters of HTML or Markdown, and is sanitised before it is stored. If <c>slug</c> is absent, it is derived from the title.
/// <c>madeFrom</c> names the text that this one translates; if it is absent, what is known about the source stays.
/// </summary>
public sealed record TextRequest(
    string Title,
    string Body,
    string Lead = "",
    string? Slug = null,
    BodyFormat Format = BodyFormat.Html,
    TranslationRequest? MadeFrom = null)
{
    /// <summary>If <see cref="Slug"/> is absent, this slug is used. A number is appended if it belongs to another article.</summary>
    internal string? PreferredSlug { get; init; }

    internal Text ToText(string language)
    {
        var at = $"translations.{language}";
        if (Title.Contains('\0') || Lead.Contains('\0') || Body.Contains('\0'))
            throw new Malformed(at, "contains the character U+0000, which is not allowed; remove it");
        var (title, lead) = (PlainText.Clean(Title), PlainText.Clean(Lead));
        if (title.Length is 0 or > 200) throw new Malformed($"{at}.title", "must be 1..200 characters without markup");
        title.Visible($"{at}.title");
        if (lead.Length > 0) lead.Visible($"{at}.lead");
        if (lead.Length > 500) throw new Malformed($"{at}.lead", "must be at most 500 characters without markup");
        if (Body.Length > 200_000) throw new Malformed($"{at}.body", "must be at most 200,000 characters");
        if (Format == BodyFormat.Html && Html.IsTooDeep(Body)) throw new Malformed($"{at}.body", Html.DepthRule);
        if (Slug is not null && !Articles.Texts.Slug.IsValid(Slug)) throw new Malformed($"{at}.slug", Articles.Texts.Slug.Rule);
        var text = new Text(title, lead, Slug ?? PreferredSlug ?? Articles.Texts.Slug.Of(title), Html.Of(Body, Format));
        // A draft may have an empty body, but markup that shows nothing is a mistake.
        if (Html.IsInvisible(text.BodyHtml)) throw new Malformed($"{at}.body", VisibleText.Rule);
        return Format == BodyFormat.Html ? text : text with { Markdown = PlainText.Xml(Body) };
    }
}

/// <summary>
/// The cover picture: its http or https address, or the address of a picture in the media library (<c>/media/items/{id}</c>), and its
/// alternative text by language.
/// </summary>
public sealed record CoverRequest(
    [property: Required, StringLength(2000)] string Url, [property: Required, MinLength(1)] Dictionary<string, string> Alt)
{
    internal Cover ToCover()
    {
        var address = Address();
        if (Alt.Keys.FirstOrDefault(l => !Languages.All.Contains(l)) is { } unknown)
            throw new Malformed($"cover.alt.{unknown}", $"must be one of {string.Join(", ", Languages.All)}");
        var alt = Alt.OrderBy(a => Languages.Rank(a.Key)).ToDictionary(a => a.Key, a => PlainText.Clean(a.Value));
        if (alt.FirstOrDefault(a => a.Value.Length is 0 or > 300) is { Key: { } empty })
            throw new Malformed($"cover.alt.{empty}", "must be 1..300 characters without markup; screen readers read it aloud");
        foreach (var (language, words) in alt) words.Visible($"cover.alt.{language}");
        return new Cover(address, alt);
    }

    private string Address()
    {
        if (MediaAddress.IdOf(Url) is { } id) return MediaAddress.Of(id);
        return Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") && url.UserInfo.Length == 0
            ? url.AbsoluteUri
            : throw new Malformed(
                "cover.url", "must be an absolute http or https address, or the address of a picture such as /media/items/{id}");
    }
}
