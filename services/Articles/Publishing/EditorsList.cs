using Articles.Reading;
using Articles.Search;
using Articles.Workflow;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// <c>GET /api/articles?state=draft|scheduled|public|retracted|all</c>: Lists articles in any state for editors. <c>state=scheduled</c>
/// includes scheduled revisions. <c>state=public</c> lists the published articles as editors see them, whereas <c>state=published</c> is
/// the list for readers. Articles are sorted by descending id, or with <c>order=changed</c> by their last change, newest first. <c>q</c> is
/// a part of the draft's title in any language. <c>fallback=false</c> omits articles without a draft in <c>lang</c>. <c>stage</c> is
/// inReview or ready. <c>assignee</c> is a person, or <c>me</c>. Authors see only the articles that they created or that are assigned to
/// them.
/// </summary>
public static class EditorsList
{
    private static readonly string[] States = ["draft", "scheduled", "public", "retracted", "all"];

    // The time of the last event of the article's stream.
    private const string ChangedAt =
        "(select e.timestamp from articles.mt_events e where e.stream_id = d.id order by e.version desc limit 1)";

    private sealed record Key(string Id, DateTimeOffset? ChangedAt = null);

    public static void Configure(StoreOptions store) => store.Schema.For<Article>()
        .Duplicate(a => a.State, notNull: true)
        .Duplicate(a => a.ScheduledFor)
        .Duplicate(a => a.CreatedBy)
        .Duplicate(a => a.Assignee)
        .Duplicate(a => a.Review)
        .Index(a => new { a.State, a.Id });

    internal static async Task<IResult> Respond(
        ArticleFilter filter,
        Paging paging,
        HttpContext http,
        IQuerySession session,
        SearchDatabase search,
        CancellationToken ct)
    {
        if (filter.Order is not (null or "changed")) throw new Malformed("order", "must be \"changed\", or be omitted");
        if (!States.Contains(filter.State)) throw new Malformed("state", $"must be one of {string.Join(", ", States)}");
        if (http.User.Identity?.IsAuthenticated != true) return Results.Problem(statusCode: 401);
        var person = Person.Of(http);
        if (!person.IsInNewsroom) return Results.Problem(statusCode: 403);
        if (filter.Stage is not (null or Article.InReview or Article.Ready))
            throw new Malformed("stage", $"must be {Article.InReview} or {Article.Ready}, or be omitted");
        if (filter.Tag is not null || filter.Featured is not null || filter.From is not null || filter.To is not null
            || filter.Sort is not null)
            throw new Malformed(
                "state",
                "can be combined with section, lang, fallback, stage, assignee and q only; the other filters apply to published articles");
        filter.Validate();
        var language = Language.Requested(filter.Lang);
        IQueryable<Article> query = session.Query<Article>();
        if (filter.State == "scheduled") query = query.Where(a => a.ScheduledFor != null);
        else if (filter.State == "public") query = query.Where(a => a.State == "published");
        else if (filter.State != "all") query = query.Where(a => a.State == filter.State);
        var (me, stage, assignee) = (person.Name, filter.Stage, filter.Assignee == "me" ? person.Name : filter.Assignee);
        if (!person.ReadsAll) query = query.Where(a => a.CreatedBy == me || a.Assignee == me);
        if (stage is not null) query = query.Where(a => a.Review == stage);
        if (assignee is not null) query = query.Where(a => a.Assignee == assignee);
        if (filter.Section is { } section) query = query.Where(a => a.Draft!.Section == section);
        if (language is not null && filter.Fallback == false)
            query = query.Where(a => a.MatchesSql("jsonb_exists(d.data -> 'draft' -> 'texts', ?)", language));
        if (filter.Q is { } words)
            query = query.Where(
                a =>
                    a.MatchesSql(
                        "exists (select 1 from jsonb_each(d.data -> 'draft' -> 'texts') t where t.value ->> 'title' ilike ?)",
                        $"%{EscapePattern(words.Trim())}%"));
        var (after, byChange) = (paging.After<Key>(), filter.Order is not null);
        if (after is not null && byChange && after.ChangedAt is null)
            throw new Malformed("cursor", "belongs to a list in another order; omit it to start with the first page");
        if (after is not null && byChange)
            query = query.Where(a => a.MatchesSql($"({ChangedAt}, d.id) < (?, ?)", after.ChangedAt!.Value.ToUniversalTime(), after.Id));
        else if (after is not null) query = query.Where(a => a.MatchesSql("d.id < ?", after.Id));
        query = byChange ? query.OrderBySql($"{ChangedAt} desc").ThenBySql("d.id desc") : query.OrderByDescending(a => a.Id);
        var rows = await query.Take(paging.Limit + 1).ToListAsync(ct);
        var changed = (await search.Read(
            $"select d.id, {ChangedAt} from unnest($1) d(id)",
            row => (Id: row.GetString(0), At: row.GetFieldValue<DateTimeOffset>(1)),
            ct,
            [rows.Select(r => r.Id).ToArray()])).ToDictionary(c => c.Id, c => c.At);
        return Results.Ok(paging.Page(
            rows,
            r => new Key(r.Id, byChange ? changed[r.Id] : null),
            r => Show(r, language) with { ChangedAt = changed[r.Id] }));
    }

    /// <summary>The words as a part of a pattern for <c>ilike</c>.</summary>
    internal static string EscapePattern(string words) =>
        words.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal);

    private static EditorsItem Show(Article article, string? language)
    {
        var (shown, text) = Language.Pick(article.Draft!.Texts, language);
        return new(
            Streams.ArticleId(article.Id),
            article.State,
            !article.Draft.IsSameAs(article.Published),
            article.Draft.Section,
            shown,
            [.. article.Draft.Texts.Keys.Order()],
            text.Title,
            text.Slug,
            article.ScheduledFor,
            article.PublishedAt,
            article.RevisedAt,
            article.RetractionNote)
        {
            Stage = article.Stage,
            Assignee = article.Assignee,
            Stale = article.StaleTranslations() is { Count: > 0 } stale ? stale : null,
        };
    }
}

/// <summary>
/// One row of the list for editors, with the title of the draft. <c>changed</c> is true if the draft differs from the published content.
/// <c>changedAt</c> is the time of the last change of the article. <c>stage</c> is how far the draft is: draft, inReview, ready, scheduled,
/// published or retracted. <c>stale</c> has the languages whose text translates one that has changed since.
/// </summary>
public sealed record EditorsItem(
    Guid Id,
    string State,
    bool Changed,
    string Section,
    string Lang,
    IReadOnlyList<string> Translations,
    string Title,
    string Slug,
    DateTimeOffset? ScheduledFor,
    DateTimeOffset? PublishedAt,
    DateTimeOffset? RevisedAt,
    string? RetractionNote)
{
    public DateTimeOffset? ChangedAt { get; init; }
    public string? Stage { get; init; }
    public string? Assignee { get; init; }
    public IReadOnlyList<string>? Stale { get; init; }
}
