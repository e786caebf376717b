using System.ComponentModel.DataAnnotations;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>Begins an article, or changes its draft. What readers see stays as it is until it is published.</summary>
public sealed record DraftArticle(Content Draft)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article is null) yield return new ArticleDrafted(Draft);
        else if (!Draft.Says(article.Draft)) yield return new DraftRevised(Draft);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/articles/{id:guid}", async (Guid id, ArticleRequest request, IfMatch seen, HttpContext http, Decider decider, IQuerySession session, CancellationToken ct) =>
        {
            var draft = request.ToContent();
            await SectionIsKnown(draft.Section, session, ct);
            await SlugsAreFree(id, draft, session, ct);
            var decision = await decider.Decide<Article>(Streams.Article(id), seen.Expected, new DraftArticle(draft).Decide, ct);
            return decision.Written(http, $"/api/articles/{id}");
        }).Requires(Roles.Editor);

    private static async Task SectionIsKnown(string section, IQuerySession session, CancellationToken ct)
    {
        if (await session.LoadAsync<Section>(Streams.Section(section), ct) is null)
            throw new Malformed("section", $"there is no section \"{section}\"; GET /api/sections lists them");
    }

    private static async Task SlugsAreFree(Guid id, Content draft, IQuerySession session, CancellationToken ct)
    {
        var slugs = draft.Texts.Values.Select(t => t.Slug).ToArray();
        var taken = await session.Query<ArticlePage>().Where(a => a.ArticleId != id && a.Slugs.Any(s => slugs.Contains(s))).SelectMany(a => a.Slugs).ToListAsync(ct);
        if (taken.Intersect(slugs).FirstOrDefault() is { } slug) throw new Rejected($"The slug \"{slug}\" belongs to another article. Choose another.");
    }
}

/// <summary>An article as an editor sends it. <c>translations</c> by language: en, ru, zh; at least one.</summary>
public sealed record ArticleRequest(
    [property: Required, RegularExpression(SectionRequest.KeyPattern)] string Section,
    [property: Required, MinLength(1)] Dictionary<string, TextRequest> Translations,
    [property: MaxLength(20)] string[]? Tags = null,
    DateOnly? OccurredOn = null,
    [property: StringLength(200)] string? Author = null,
    [property: StringLength(200)] string? Source = null)
{
    /// <summary>Languages an article may be written in; the first is the one shown where the asked one is missing.</summary>
    public static readonly IReadOnlyList<string> Languages = ["en", "ru", "zh"];

    internal Content ToContent()
    {
        if (Translations.Keys.FirstOrDefault(l => !Languages.Contains(l)) is { } unknown)
            throw new Malformed($"translations.{unknown}", $"must be one of {string.Join(", ", Languages)}");
        if (Tags?.FirstOrDefault(t => !Slug.IsValid(t)) is { } tag)
            throw new Malformed("tags", $"\"{tag}\": {Slug.Rule}");
        return new Content(Section, [.. (Tags ?? []).Distinct()], OccurredOn, Author, Source, Translations.ToDictionary(t => t.Key, t => t.Value.ToText(t.Key)));
    }
}

/// <summary>One language's text: title 1..200 characters, lead up to 500, body up to 200,000 of HTML, sanitised before it is stored; without a slug one is made of the title.</summary>
public sealed record TextRequest(string Title, string Body, string Lead = "", string? Slug = null)
{
    internal Text ToText(string language)
    {
        var at = $"translations.{language}";
        if (Title.Trim().Length is 0 or > 200) throw new Malformed($"{at}.title", "must be 1..200 characters");
        if (Lead.Length > 500) throw new Malformed($"{at}.lead", "must be at most 500 characters");
        if (Body.Length > 200_000) throw new Malformed($"{at}.body", "must be at most 200,000 characters");
        if (Slug is not null && !Articles.Slug.IsValid(Slug)) throw new Malformed($"{at}.slug", Articles.Slug.Rule);
        return new Text(Title.Trim(), Lead.Trim(), Slug ?? Articles.Slug.Of(Title), Html.Sanitise(Body));
    }
}
