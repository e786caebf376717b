using Articles.Publishing;
using JasperFx.Events;
using Platform.Replays.Admin;

namespace Articles;

/// <summary>
/// Lists the data that other services copy from this one, and the data that this one copies from them, so that both sides can be compared.
/// </summary>
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
        // The last acceptance of each typo report that was either carried out or refused.
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

    /// <summary>The data that Comments copies: the last version, and the section, date and titles that were published last.</summary>
    public static SharedFact Headings(string stream, IReadOnlyList<IEvent> events)
    {
        var (content, publishedAt) = events.Select(e => Published(e.Data)).Last(s => s.Content is not null);
        return SharedFact.Of(
            stream,
            events[^1].Version,
            events[^1].Data is ArticleRetracted,
            content!.Section,
            publishedAt.UtcTicks,
            content.Texts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new[] { t.Key, t.Value.Title, t.Value.Slug }));
    }

    /// <summary>The data that Feedback copies: every published version.</summary>
    public static SharedFact Versions(string stream, IReadOnlyList<IEvent> events) =>
        SharedFact.Of(stream, events[^1].Version, events.Select(e => new object?[]
        {
            e.Version,
            Published(e.Data).Content?.Section ?? "",
            (e.Data as ArticleRevised)?.Typo?.ReportId,
            (Published(e.Data).Content?.Texts ?? new Dictionary<string, Text>()).OrderBy(t => t.Key, StringComparer.Ordinal)
                .Select(t => new[] { t.Key, t.Value.Title, t.Value.Lead, t.Value.BodyHtml }),
        }));

    private static (Content? Content, DateTimeOffset PublishedAt) Published(object @event) => @event switch
    {
        ArticlePublished e => (e.Content, e.PublishedAt),
        ArticleRevised e => (e.Content, e.PublishedAt),
        _ => default,
    };
}
