namespace Portal.Reader;

/// <summary>
/// <c>/{lang}</c>: the lead story and other featured articles, the latest and the most discussed ones, a band for each section, rates,
/// world clock and links to the organisation's bodies.
/// </summary>
public partial class FrontPage
{
    /// <summary>One section and its newest articles.</summary>
    public sealed record SectionNews(SectionItem Section, Answer<Listed<ArticleItem>> Articles);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet($"/{ReaderSite.Lang}", async (
            string lang,
            HttpContext http,
            Backends backends,
            TimeProvider clock,
            CancellationToken ct) =>
        {
            var featured = backends.Read<Listed<ArticleItem>>(Part.Featured, $"/api/featured?lang={lang}", ct);
            var discussed = backends.Read<Listed<ArticleItem>>(Part.Discussed, $"/api/most-discussed?lang={lang}&limit=5", ct);
            var read = backends.Read<Listed<ArticleItem>>(Part.MostRead, $"/api/most-read?lang={lang}&limit=5", ct);
            var rates = backends.Read<RatesView>(Part.Rates, $"/api/rates?lang={lang}", ct);
            var trends = backends.Read<Listed<TrendItem>>(Part.Chart, "/api/rates/trends", ct);
            var states = backends.Read<StatesView>(Part.States, Url.With("/api/states", ("asOf", Format.Minute(clock.GetUtcNow()))), ct);
            var links = backends.Read<Listed<LinkItem>>(Part.Links, $"/api/links?lang={lang}", ct);
            var frame = await Frame.Load(http, lang, backends, ct);
            var news = await Task.WhenAll(
                frame.Sections.Select(
                    async s =>
                        new SectionNews(
                            s,
                            await backends.Read<Listed<ArticleItem>>(
                                Part.News, $"/api/articles?lang={lang}&section={s.Key}&limit={FrontPageSelection.OfSection}", ct))));
            return http.Show<FrontPage>(
                frame,
                new
                {
                    News = news,
                    Featured = await featured,
                    Discussed = await discussed,
                    MostRead = await read,
                    Rates = await rates,
                    Trends = await trends,
                    States = await states,
                    Links = await links,
                    Selection = FrontPageSelection.Of((await featured).Value?.Items ?? [], news),
                });
        });
}
