using Articles.Publishing;
using Articles.Search;
using Articles.Workflow;
using Marten;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// <c>GET /api/media/{id}/usage?lang=</c>: Lists the articles that use a picture as their cover or in their texts, with titles in
/// <c>lang</c> if they have one.
/// </summary>
public sealed class MediaUsage(SearchDatabase database)
{
    /// <summary>More articles than this are not listed.</summary>
    private const int MaxListed = 200;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/media/{id:guid}/usage", async (
            Guid id, string? lang, MediaUsage usage, IQuerySession session, CancellationToken ct) =>
            {
                var language = Language.Requested(lang);
                var users = await usage.Find(id, ct);
                var published = users.ToDictionary(u => u.Article, u => u.IsPublished);
                var articles = await session.LoadManyAsync<Article>(ct, users.Take(MaxListed).Select(u => u.Article));
                return new MediaUsageView(
                    users.Count,
                    [.. articles.OrderBy(a => a.Id, StringComparer.Ordinal).Select(a => MediaUser.Of(a, published[a.Id], language))]);
            }).Requires(Roles.Newsroom);

    /// <summary>The number of articles that use a picture, in their draft or as readers see them.</summary>
    public async Task<int> Count(Guid id, CancellationToken ct) => (await Find(id, ct)).Count;

    /// <exception cref="Forbidden">An author would change a picture that readers see, without an editor or a publisher.</exception>
    public async Task RequireChanging(Guid id, Person person, CancellationToken ct)
    {
        if (!person.ReadsAll && (await Find(id, ct)).Any(u => u.IsPublished))
            throw new Forbidden("A published article shows this picture, so only editors and publishers can change it.");
    }

    private Task<List<(string Article, bool IsPublished)>> Find(Guid id, CancellationToken ct) => database.Read(
        $"""
        select article_id, bool_or(place = '{MediaReferencesProjection.Published}') from {MediaReferencesProjection.Table}
        where media_id = $1 group by article_id order by article_id
        """,
        row => (row.GetString(0), row.GetBoolean(1)),
        ct,
        id);
}

/// <summary>The number of articles that use a picture, and at most 200 of them.</summary>
public sealed record MediaUsageView(int Articles, IReadOnlyList<MediaUser> Items);

/// <summary>
/// An article that uses a picture. <c>state</c> is draft, scheduled, published or retracted. <c>published</c> is true if the content that
/// readers see or saw uses the picture, and false if only the draft does.
/// </summary>
public sealed record MediaUser(
    Guid Id,
    string Lang,
    string Title,
    string State,
    bool Published)
{
    internal static MediaUser Of(Article article, bool published, string? language)
    {
        var (shown, text) = Language.Pick(article.Draft!.Texts, language);
        return new(Streams.ArticleId(article.Id), shown, text.Title, article.State, published);
    }
}
