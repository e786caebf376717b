using Articles.Reading;
using Articles.Texts;
using Platform.Web;

namespace Articles.Search;

/// <summary>
/// <c>GET /api/search/suggestions?q=&amp;lang=</c>: Completes what a reader is typing. <c>words</c> are queries whose last word is
/// completed, the most frequent first, and <c>articles</c> are the newest articles with these words in the title. Only words that readers
/// can find are suggested.
/// </summary>
public static class Suggestions
{
    private const int MaxWords = 8, MaxArticles = 5, MaxCandidates = 16, NewestArticles = 800;

    /// <summary>Shorter beginnings have too many completions to be helpful.</summary>
    private const int MinLength = 2;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/search/suggestions", async (
            string q,
            string? lang,
            HttpContext http,
            ListedArticles articles,
            CancellationToken ct) =>
        {
            var filter = new ArticleFilter { Q = q, Lang = lang };
            filter.Validate();
            var words = await Words(articles.Search, q, filter.SearchLanguage, ct);
            var titled = await Titled(articles, q, filter.SearchLanguage, ct);
            http.Response.TagWithKeys(SurrogateKey.Articles);
            return Responses.WithETag(new SuggestionsView(words, [.. titled.Select(a => Neighbour.Of(a.Summary, filter.SearchLanguage))]));
        }).AllowAnonymous();

    private static async Task<IReadOnlyList<string>> Words(SearchDatabase search, string typed, string language, CancellationToken ct)
    {
        var normalised = SearchText.Normalised(typed);
        var last = WordGroup.Of(normalised).LastOrDefault()?.Words[^1] ?? "";
        if (language == "zh" || last.Length < MinLength || !normalised.EndsWith(last, StringComparison.Ordinal)) return [];
        // Empty if there are few articles.
        var newest = (await search.Dates(ct)).Back(search.Now, NewestArticles) is { } since
            ? TimeBuckets.Covering(language, since, search.Now.AddDays(1))
            : [];
        string InIndex(string period) =>
            $"exists (select from {ArticleIndexProjection.Table} where {period}{language} @@ query)";
        // Frequent words are found among the newest articles, and the other words are rare, so that both searches are short.
        var completions = await search.Read(
            $"""
            select word from (
              select word, uses, to_tsquery('{SearchText.Configuration(language)}', word) as query from {DictionaryProjection.Table}
              where lang = $1 and word collate "C" >= $2 and word collate "C" < $3 order by uses desc, word limit {MaxCandidates}) known
            where {InIndex($"{TimeBuckets.OfRow(language)} && $4 and ")} or {InIndex("")}
            order by uses desc, word limit {MaxWords}
            """,
            row => row.GetString(0),
            ct,
            language,
            last,
            $"{last}\uFFFF",
            newest);
        var before = typed[..Math.Max(0, typed.Length - last.Length)];
        return [.. completions.Select(word => $"{before}{word}")];
    }

    private static async Task<IReadOnlyList<ListedArticle>> Titled(
        ListedArticles articles, string typed, string language, CancellationToken ct)
    {
        var query = SearchQuery.WithPrefix(typed, language);
        if (query.Text.Length == 0) return [];
        var newest = new NewestFirst(articles.Search, language);
        var words = Relevance.Words(newest.Arguments, query);
        var ids = await newest.Ids(MaxArticles, articles.Search.Now, [Relevance.Matches(language, "title")], [], [NewestArticles], ct);
        return await articles.Search.Search(
            () => articles.Read(
                $"titles {language} {typed}",
                $"{ListedArticles.Select} join (with {words} {ids}) matching using (id)",
                ListedArticles.ByTime,
                ct,
                newest.Arguments.Values),
            ct);
    }
}

/// <summary>Queries that complete what was typed, and articles whose titles match it.</summary>
public sealed record SuggestionsView(IReadOnlyList<string> Words, IReadOnlyList<Neighbour> Articles);
