using Marten;
using Marten.Linq.MatchesSql;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// <c>GET /api/articles?state=draft|scheduled|public|retracted|all</c> for editors: whatever its state, latest begun first (<c>state=scheduled</c> includes revisions that wait; <c>public</c>:
/// what readers see, as editors see it, where <c>published</c> is the readers' list).
/// <c>q</c>: words of a draft's title, in any language; <c>fallback=false</c> leaves out what has no draft in <c>lang</c>.
/// </summary>
public static class EditorsList
{
    private static readonly string[] States = ["draft", "scheduled", "public", "retracted", "all"];

    private sealed record Key(string Id);

    public static void Configure(StoreOptions store) => store.Schema.For<Article>()
        .Duplicate(a => a.State, notNull: true)
        .Duplicate(a => a.ScheduledFor)
        .Index(a => new { a.State, a.Id });

    internal static async Task<IResult> Answer(ArticleFilter filter, Paging paging, HttpContext http, IQuerySession session, CancellationToken ct)
    {
        if (!States.Contains(filter.State)) throw new Malformed("state", $"must be one of {string.Join(", ", States)}");
        if (http.User.Identity?.IsAuthenticated != true) return Results.Problem(statusCode: 401);
        if (!http.User.IsInRole(Roles.Editor)) return Results.Problem(statusCode: 403);
        if (filter.Tag is not null || filter.Featured is not null || filter.From is not null || filter.To is not null)
            throw new Malformed("state", "can be combined with section, lang, fallback and q only; other filters are of published articles");
        filter.Check();
        var language = Language.Asked(filter.Lang);
        IQueryable<Article> query = session.Query<Article>();
        if (filter.State == "scheduled") query = query.Where(a => a.ScheduledFor != null);
        else if (filter.State == "public") query = query.Where(a => a.State == "published");
        else if (filter.State != "all") query = query.Where(a => a.State == filter.State);
        if (filter.Section is { } section) query = query.Where(a => a.Draft!.Section == section);
        if (language is not null && filter.Fallback == false) query = query.Where(a => a.MatchesSql("jsonb_exists(d.data -> 'draft' -> 'texts', ?)", language));
        if (filter.Q is { } words) query = query.Where(a => a.MatchesSql("exists (select 1 from jsonb_each(d.data -> 'draft' -> 'texts') t where t.value ->> 'title' ilike ?)", $"%{Literal(words.Trim())}%"));
        if (paging.After<Key>() is { } after) query = query.Where(a => a.MatchesSql("d.id < ?", after.Id));
        var rows = await query.OrderByDescending(a => a.Id).Take(paging.Limit + 1).ToListAsync(ct);
        return Results.Ok(paging.Page(rows, r => new Key(r.Id), r => Show(r, language)));
    }

    /// <summary>What stands for itself in a pattern of PostgreSQL.</summary>
    private static string Literal(string words) => words.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);

    private static EditorsItem Show(Article article, string? language)
    {
        var (shown, text) = Language.Pick(article.Draft!.Texts, language);
        return new(Streams.ArticleId(article.Id), article.State, !article.Draft.Says(article.Published), article.Draft.Section, shown, [.. article.Draft.Texts.Keys.Order()], text.Title, text.Slug,
            article.ScheduledFor, article.PublishedAt, article.RevisedAt, article.RetractionNote);
    }
}

/// <summary>One row of the editors' list, with the draft's title. <c>changed</c>: the draft differs from what readers see.</summary>
public sealed record EditorsItem(
    Guid Id, string State, bool Changed, string Section, string Lang, IReadOnlyList<string> Translations, string Title, string Slug,
    DateTimeOffset? ScheduledFor, DateTimeOffset? PublishedAt, DateTimeOffset? RevisedAt, string? RetractionNote);
