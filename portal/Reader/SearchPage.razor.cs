namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/search?q=&amp;section=&amp;from=&amp;to=</c>: the search form and, if <c>q</c> is given, the results with highlights.
/// </summary>
public partial class SearchPage
{
    public sealed record Filter(string? Q, string? Section, string? From, string? To)
    {
        public bool IsAsked => !string.IsNullOrWhiteSpace(Q);
        public (string, string?)[] Parameters => [("q", Q), ("section", Section), ("from", From), ("to", To)];
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet($"/{ReaderSite.Lang}/search", async (
        string lang,
        string? q,
        string? section,
        string? from,
        string? to,
        string? cursor,
        HttpContext http,
        Backends backends,
        TimeZoneInfo zone,
        CancellationToken ct) =>
    {
        var question = new Filter(q?.Trim(), section, from, to);
        var found = question.IsAsked
            ? await backends.Read<Listed<ArticleItem>>(
                Part.News,
                Url.With("/api/articles", [("lang", lang), ("cursor", cursor), ("timeZone", zone.Id), .. question.Parameters]),
                ct)
            : null;
        return http.Show<SearchPage>(
            await Frame.Load(http, lang, backends, ct),
            new { Asked = question, Found = found },
            found?.Status == System.Net.HttpStatusCode.BadRequest ? 400 : 200);
    });
}
