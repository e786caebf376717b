using Articles.Publishing;
using Articles.Reading;
using Articles.Texts;
using Platform.Web;

namespace Articles.Search;

/// <summary>
/// <c>GET /api/search/facets?q=&amp;lang=&amp;section=&amp;tag=&amp;from=&amp;to=&amp;timeZone=</c>: Counts the search results, and divides
/// them by section, language, tag and year. The filters are those of <c>GET /api/articles</c>. With many matches, the counts are estimated
/// from a sample of all articles, and <c>estimated</c> is true.
/// </summary>
public static class SearchFacets
{
    private const int MaxTags = 20;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/search/facets", async (
            string q,
            string? lang,
            string? section,
            string? tag,
            DateOnly? from,
            DateOnly? to,
            string? timeZone,
            HttpContext http,
            SearchDatabase search,
            CancellationToken ct) =>
        {
            var filter = new ArticleFilter { Q = q, Lang = lang, Section = section, Tag = tag, From = from, To = to, TimeZone = timeZone };
            filter.Validate();
            var shown = filter.SearchLanguage;
            var counts = await search.Search(() => Task.WhenAll(Languages.All.Select(l => Count(search, filter, l, l == shown, ct))), ct);
            var all = counts.Single(c => c.Language == shown);
            http.Response.TagWithKeys(SurrogateKey.Articles);
            return Responses.WithETag(new FacetsView(
                all.Total,
                all.IsEstimated,
                all.Of("section"),
                [.. counts.Where(c => c.Total > 0).OrderByDescending(c => c.Total).Select(c => new FacetItem(c.Language, c.Total))],
                [.. all.Of("tag").Take(MaxTags)],
                [.. all.Of("year").OrderByDescending(y => y.Value, StringComparer.Ordinal)]));
        }).AllowAnonymous();

    /// <summary>The matches in one language; <c>Rows</c> are kind, value and number of each facet.</summary>
    private sealed record Counts(string Language, long Total, bool IsEstimated, IReadOnlyList<(string Kind, string Value, long Count)> Rows)
    {
        public IReadOnlyList<FacetItem> Of(string kind) =>
        [
            .. Rows.Where(r => r.Kind == kind).OrderByDescending(r => r.Count).ThenBy(r => r.Value, StringComparer.Ordinal)
                .Select(r => new FacetItem(r.Value, r.Count)),
        ];
    }

    /// <summary>Counts the matches in a sample, and all of them if the sample contains too few for an estimate.</summary>
    private static async Task<Counts> Count(
        SearchDatabase search, ArticleFilter filter, string language, bool withFacets, CancellationToken ct)
    {
        var query = SearchQuery.Of(filter.Q!, language);
        if (query.Text.Length == 0) return new(language, 0, false, []);
        var sample = SampleSize.Of((await search.Dates(ct)).Articles);
        if (sample.Number > 0)
        {
            var sampled = await Read(search, filter, query, sample.Number, withFacets, ct);
            if (sampled.Total >= SampleSize.Enough)
                return new(
                    language,
                    SampleSize.Rounded(sampled.Total * sample.Ratio),
                    true,
                    [.. sampled.Rows.Select(r => (r.Kind, r.Value, SampleSize.Rounded(r.Count * sample.Ratio)))]);
        }
        return await Read(search, filter, query, 0, withFacets, ct);
    }

    private static async Task<Counts> Read(
        SearchDatabase search, ArticleFilter filter, SearchQuery query, int sample, bool withFacets, CancellationToken ct)
    {
        var arguments = new SqlArguments();
        var condition = sample == 0 ? "plain" : $"plain && '''s~{sample}'''::tsquery";
        var words = Relevance.Words(arguments, query);
        var where = new List<string> { Relevance.Matches(query.Language, condition) };
        void And(string sql, object[] values) => where.Add(arguments.Number(sql, values));
        filter.Restrict(And, And, search.Now);
        string Zone() => arguments.Add(CalendarZone.Of(filter.TimeZone).Id);
        var facets = !withFacets
            ? ""
            : $"""
               union all select 'section', section, count(*) from matching group by section
               union all select 'tag', tag, count(*) from matching, unnest(tags) tag group by tag
               union all select 'year', to_char(published_at at time zone {Zone()}, 'YYYY') as y, count(*) from matching group by y
              """;
        var rows = await search.Read(
            $"""
            with {words}, matching as materialized (
              select section, tags, published_at from {ArticleIndexProjection.Table} where {string.Join(" and ", where)})
            select 'total', '', count(*) from matching{facets}
            """,
            row => (Kind: row.GetString(0), Value: row.GetString(1), Count: row.GetInt64(2)),
            ct,
            arguments.Values);
        return new(query.Language, rows.Single(r => r.Kind == "total").Count, false, [.. rows.Where(r => r.Kind != "total")]);
    }
}

/// <summary>The sample of the articles from which many matches are counted.</summary>
/// <param name="Number">The number of the mark (<see cref="SearchVectors"/>); 0 stands for all articles.</param>
/// <param name="Ratio">How many articles each article of the sample stands for.</param>
internal readonly record struct SampleSize(int Number, long Ratio)
{
    /// <summary>With fewer matches in the sample, an estimate would be too far from the truth, and counting all of them is fast.</summary>
    public const int Enough = 40;

    /// <summary>The number of articles that can be counted within a few milliseconds.</summary>
    private const int Most = 2_000;

    /// <summary>The sample for a number of articles.</summary>
    public static SampleSize Of(long articles)
    {
        var (number, ratio) = (0, 1L);
        while (articles / ratio > Most && number < SearchVectors.Samples) (number, ratio) = (number + 1, ratio * SearchVectors.SampleRatio);
        return new(number, ratio);
    }

    /// <summary>Two significant digits, because the others of an estimate mean nothing.</summary>
    public static long Rounded(long estimate)
    {
        long unit = 1;
        while (estimate / unit >= 100) unit *= 10;
        return (estimate + unit / 2) / unit * unit;
    }
}

/// <summary>
/// The number of search results and its parts. Articles in several languages are counted in each language whose text matches; an article
/// with several tags is counted under each of them.
/// </summary>
public sealed record FacetsView(
    long Total,
    bool Estimated,
    IReadOnlyList<FacetItem> Sections,
    IReadOnlyList<FacetItem> Languages,
    IReadOnlyList<FacetItem> Tags,
    IReadOnlyList<FacetItem> Years);

/// <summary>A section key, language, tag or year, and the number of search results with it.</summary>
public sealed record FacetItem(string Value, long Count);
