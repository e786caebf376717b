namespace Portal.Reader;

/// <summary>
/// <c>/{lang}</c>: news by section, featured and most discussed articles, rates, world clock and links to the organisation's bodies.
/// </summary>
public partial class FrontPage
{
    /// <summary>The currency of the chart on the front page.</summary>
    public const string Charted = "CNY";

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
            var rates = backends.Read<RatesView>(Part.Rates, $"/api/rates?lang={lang}", ct);
            var chart = backends.Read<HistoryView>(Part.Chart, $"/api/rates/{Charted}/history?interval=weekly", ct);
            var states = backends.Read<StatesView>(Part.States, Url.With("/api/states", ("asOf", Format.Minute(clock.GetUtcNow()))), ct);
            var links = backends.Read<Listed<LinkItem>>(Part.Links, $"/api/links?lang={lang}", ct);
            var frame = await Frame.Load(http, lang, backends, ct);
            var news = await Task.WhenAll(
                frame.Sections.Select(
                    async s =>
                        new SectionNews(
                            s,
                            await backends.Read<Listed<ArticleItem>>(
                                Part.News, $"/api/articles?lang={lang}&section={s.Key}&limit=6", ct))));
            return http.Show<FrontPage>(
                frame,
                new
                {
                    News = news,
                    Featured = await featured,
                    Discussed = await discussed,
                    Rates = await rates,
                    Chart = await chart,
                    States = await states,
                    Links = await links,
                });
        });
}
