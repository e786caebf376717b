using JasperFx.Events;
using Platform.Hosting.Admin;

namespace Articles;

/// <summary>What other services copy of this one, and what this one copies of them, for the comparison of both sides.</summary>
public static class Copies
{
    private static readonly string[] PublicEvents = ["article_published", "article_revised", "article_retracted"];

    public static readonly IReadOnlyList<CopyList> Lists =
    [
        new("articles-in-comments", "articles", "comments", CopyList.OfStreams("article-", PublicEvents, Headings)),
        new("articles-in-feedback", "articles", "feedback", CopyList.OfStreams("article-", PublicEvents, Versions)),
        new("discussions-in-articles", "comments", "articles", CopyList.OfRows(
            "select id, (data ->> 'discussionVersion')::bigint, (data ->> 'comments')::bigint from {schema}.mt_doc_articlediscussion"
                + " where (data ->> 'discussionVersion')::bigint > 0",
            row => SharedFact.Of(row.GetString(0), row.GetInt64(1), row.GetInt64(2)))),
        // The newest acceptance of each report that was answered: by a correction, or by a refusal.
        new("typo-reports-in-articles", "feedback", "articles", CopyList.OfRows(
            """
            select answered.id, max(acceptance) as acceptance from (
                select 'typo-' || t.key as id, t.value::bigint as acceptance
                from {schema}.mt_doc_article d, jsonb_each_text(d.data -> 'typoReports') t
                union all select id, (data ->> 'acceptance')::bigint from {schema}.mt_doc_typorefusals) answered
            left join {schema}.mt_doc_typorefusals r on r.id = answered.id
            where acceptance > 0 and not coalesce((r.data ->> 'forgotten')::boolean, false) group by answered.id
            """,
            row => SharedFact.Of(row.GetString(0), row.GetInt64(1), true))),
    ];

    /// <summary>What the comments service keeps: the newest version, and section, date and titles as readers saw them last.</summary>
    public static SharedFact Headings(string stream, IReadOnlyList<IEvent> events)
    {
        var (content, publishedAt) = events.Select(e => Shown(e.Data)).Last(s => s.Content is not null);
        return SharedFact.Of(
            stream,
            events[^1].Version,
            events[^1].Data is ArticleRetracted,
            content!.Section,
            publishedAt.UtcTicks,
            content.Texts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new[] { t.Key, t.Value.Title, t.Value.Slug }));
    }

    /// <summary>What the feedback service keeps: every version that readers were served.</summary>
    public static SharedFact Versions(string stream, IReadOnlyList<IEvent> events) =>
        SharedFact.Of(stream, events[^1].Version, events.Select(e => new object?[]
        {
            e.Version,
            Shown(e.Data).Content?.Section ?? "",
            (e.Data as ArticleRevised)?.Typo?.ReportId,
            (Shown(e.Data).Content?.Texts ?? new Dictionary<string, Text>()).OrderBy(t => t.Key, StringComparer.Ordinal)
                .Select(t => new[] { t.Key, t.Value.Title, t.Value.Lead, t.Value.BodyHtml }),
        }));

    private static (Content? Content, DateTimeOffset PublishedAt) Shown(object @event) => @event switch
    {
        ArticlePublished e => (e.Content, e.PublishedAt),
        ArticleRevised e => (e.Content, e.PublishedAt),
        _ => default,
    };
}
