namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/search?q=&amp;section=&amp;tag=&amp;from=&amp;to=&amp;sort=&amp;spelling=</c>: the search form and, if <c>q</c> is given, the
/// results with highlights, their number, and links that narrow them.
/// </summary>
public partial class SearchPage
{
    public sealed record Filter(string? Q, string? Section, string? Tag, string? From, string? To, string? Sort, string? Spelling)
    {
        public bool IsAsked => !string.IsNullOrWhiteSpace(Q);
        public (string Name, string? Value)[] Parameters =>
            [("q", Q), ("section", Section), ("tag", Tag), ("from", From), ("to", To), ("sort", Sort), ("spelling", Spelling)];

        /// <summary>The year of the results, if they are those of exactly one year.</summary>
        public string? Year => From is { Length: 10 } && From[4..] == "-01-01" && To == $"{From[..4]}-12-31" ? From[..4] : null;

        /// <summary>The query string of the address with these parameters changed.</summary>
        public string Query(params (string Name, string? Value)[] changed) =>
            Url.With("", [.. Parameters.Where(p => changed.All(c => c.Name != p.Name)), .. changed]);
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet($"/{ReaderSite.Lang}/search", async (
        string lang,
        string? q,
        string? section,
        string? tag,
        string? from,
        string? to,
        string? sort,
        string? spelling,
        string? cursor,
        HttpContext http,
        Backends backends,
        TimeZoneInfo zone,
        CancellationToken ct) =>
    {
        var question = new Filter(q?.Trim(), section, tag, from, to, sort, spelling);
        if (!question.IsAsked) return http.Show<SearchPage>(await Frame.Load(http, lang, backends, ct), new { Asked = question });
        var counting = Count(question, lang);
        var found = await backends.Read<SearchResults>(
            Part.News,
            Url.With("/api/articles", [("lang", lang), ("cursor", cursor), ("timeZone", zone.Id), .. question.Parameters]),
            ct);
        var facets = await counting;
        if (found.Value?.Correction is { } corrected) facets = await Count(question with { Q = corrected.Q }, corrected.Lang);
        return http.Show<SearchPage>(
            await Frame.Load(http, lang, backends, ct),
            new { Asked = question, Found = found, Facets = facets },
            found.Status == System.Net.HttpStatusCode.BadRequest ? 400 : 200);

        Task<Answer<FacetsView>> Count(Filter counted, string language) => backends.Read<FacetsView>(
            Part.Facets,
            Url.With(
                "/api/search/facets",
                [
                    ("lang", language),
                    ("timeZone", zone.Id),
                    .. counted.Parameters.Where(p => p.Name is not ("sort" or "spelling")),
                ]),
            ct);
    });
}
