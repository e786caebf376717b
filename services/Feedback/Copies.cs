using Feedback.Typos;
using Platform.EventSourcing;
using Platform.Replays.Admin;


namespace Feedback;

/// <summary>The data that this service shares with others, as publisher or as consumer, so that both sides can be compared.</summary>
public static class Copies
{
    public static readonly IReadOnlyList<CopyList> Lists =
    [
        new(
            "articles-in-feedback",
            "articles",
            "feedback",
            CopyList.OfStreams("article-", ["article_version_seen", "article_versions_lost"], (stream, events) =>
                Of(States.Fold<ArticleVersions>(stream, null, events.Select(e => e.Data))!))),
        // The latest acceptance of each report, and whether its outcome is known.
        new("typo-reports-in-articles", "feedback", "articles", CopyList.OfRows(
            """
            select id, (data ->> 'acceptance')::bigint, status <> 'Accepted' from {schema}.mt_doc_typoreport
            where (data ->> 'acceptance')::bigint > 0
            """,
            row => SharedFact.Of(row.GetString(0), row.GetInt64(1), row.GetBoolean(2)))),
    ];

    /// <summary>
    /// A copy in the form in which its publisher describes the original; null if the publisher has lost all versions.
    /// </summary>
    public static SharedFact? Of(ArticleVersions article) => article.Versions.Count == 0 ? null
        : SharedFact.Of(article.Id, article.Newest.ArticleVersion, article.Versions.Select(v => new object?[]
        {
            v.ArticleVersion,
            v.Section,
            v.Corrects,
            v.Texts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new[] { t.Key, t.Value.Title, t.Value.Lead, t.Value.BodyHtml }),
        }));
}
