using Comments.Threads;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.Replays.Admin;
using Platform.Web;

namespace Comments;

/// <summary>The data that this service shares with others, as publisher or as consumer, so that both sides can be compared.</summary>
public static class Copies
{
    public static readonly IReadOnlyList<CopyList> Lists =
    [
        new("articles-in-comments", "articles", "comments", Articles),
        new("discussions-in-articles", "comments", "articles", CopyList.OfRows(
            "select 'discussion-' || article_id as id, version, comments from {schema}.discussion",
            row => SharedFact.Of(row.GetString(0), row.GetInt64(1), row.GetInt32(2)))),
    ];

    /// <summary>A copy in the form in which its publisher describes the original.</summary>
    public static SharedFact Of(ArticleCopy copy) => SharedFact.Of(
        copy.Id,
        copy.ArticleVersion,
        copy.Retracted,
        copy.Section,
        copy.PublishedAt?.UtcTicks,
        (copy.Headings ?? []).OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => new[] { h.Key, h.Value.Title, h.Value.Slug }));

    private static async Task<Page<SharedFact>> Articles(IQuerySession session, string after, int limit, CancellationToken ct)
    {
        var copies = await session.Query<ArticleCopy>().Where(c => c.MatchesSql("d.id > ?", after) && c.ArticleVersion > 0)
            .OrderBy(c => c.Id).Take(limit + 1).ToListAsync(ct);
        return CopyList.Page([.. copies.Select(Of)], limit);
    }
}
