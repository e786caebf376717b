using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Contracts;
using Platform.Web;
using Portal;
using Portal.Reader;

namespace Unit.Portal;

/// <summary>Renders reader pages as the portal does, with made-up answers of the services.</summary>
internal static class Rendered
{
    public static readonly DateTimeOffset Now = new(2026, 11, 30, 14, 0, 0, TimeSpan.Zero);

    private static readonly SectionItem[] Sections = [new("news", 0, Names("News")), new("analytics", 1, Names("Analytics"))];

    /// <summary>The HTML of a component. The properties of the parameters are named as those of the component.</summary>
    public static async Task<string> Html<TComponent>(object parameters, string lang = "en")
        where TComponent : IComponent
    {
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (ReaderSite.Culture(lang), ReaderSite.Culture(lang));
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Site:PublicUrl", "https://news.example")]).Build();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddLocalization()
            .AddSingleton<IConfiguration>(settings)
            .AddSingleton<PublicSite>()
            .AddSingleton<Files>()
            .AddSingleton<EndpointDataSource>(new DefaultEndpointDataSource())
            .AddSingleton(HtmlEncoder.Create(UnicodeRanges.All))
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(
                ParameterView.FromDictionary(new RouteValueDictionary(parameters)))).ToHtmlString());
    }

    /// <summary>The pages of a reader by name.</summary>
    public static async Task<IHtmlDocument> Page(string name, string lang)
    {
        var html = name switch
        {
            "front" => await Html<FrontPage>(Front(lang), lang),
            "list" => await Html<ListPage>(new { Frame = Frame(lang, "articles"), Articles = Listed(lang, 20), Section = "news" }, lang),
            "search" => await Html<SearchPage>(
                new
                {
                    Frame = Frame(lang, "search"),
                    Asked = new SearchPage.Filter("word", null, null, null, null, null, null),
                    Found = Ok(new SearchResults(Listed(lang, 3).Value!.Items, null, null, new("words", lang))),
                    Facets = Ok(new FacetsView(
                        3, false, [new("news", 3)], [new("en", 3), new("ru", 1)], [new("summit", 2)], [new("2026", 3)])),
                },
                lang),
            "archive" => await Html<ArchivePage>(
                new
                {
                    Frame = Frame(lang, "archive/2026-11"),
                    Month = "2026-11",
                    Months = Ok(new Listed<ArchiveItem>([new("2026-11", 1200), new("2026-10", 1)])),
                    Articles = Listed(lang, 3),
                },
                lang),
            "article" => await Html<ArticlePage>(
                new
                {
                    Frame = Frame(lang, "articles/slug"),
                    Article = Article(lang),
                    Comments = Ok(new Listed<CommentItem>([Comment, Comment with { Id = Guid.CreateVersion7() }])),
                    Order = "newest",
                },
                lang),
            "rates" => await Html<RatesPage>(
                new
                {
                    Frame = Frame(lang, "rates"),
                    Asked = new RatesPage.Filter(null, "CNY", 1, null, "USD", "RUB"),
                    Rates = Ok(Rates),
                    Trends = Trends.Value!.Items,
                    Chart = Ok(History),
                },
                lang),
            "states" => await Html<StatesPage>(new { Frame = Frame(lang, "states"), States = States }, lang),
            _ => await Html<ErrorPage>(new { Frame = Frame(lang, "x"), Status = 404, Latest = Listed(lang, 5).Value }, lang),
        };
        return new HtmlParser().ParseDocument(html);
    }

    private static Frame Frame(string lang, string rest = "") => new(lang, Url.To(lang, rest), "?cursor=x", Sections, new())
    {
        Now = Now,
        Zone = ReaderSite.ZoneOf(null),
    };

    private static object Front(string lang)
    {
        var news = Sections.Select(s => new FrontPage.SectionNews(s, Listed(lang, 12, s.Key))).ToArray();
        var featured = Listed(lang, 3);
        return new
        {
            Frame = Frame(lang),
            News = news,
            Featured = featured,
            Discussed = Listed(lang, 5),
            MostRead = Listed(lang, 5),
            Rates = Ok(Rates),
            Trends,
            States = Ok(States),
            Links = Ok(new Listed<LinkItem>([new("rats", "RATS", "https://ecrats.example")])),
            Selection = FrontPageSelection.Of(featured.Value!.Items, news),
        };
    }

    private static Answer<T> Ok<T>(T value) => new(value, HttpStatusCode.OK, null, []);

    private static Answer<Listed<ArticleItem>> Listed(string lang, int count, string section = "news") => Ok(new Listed<ArticleItem>(
    [
        .. Enumerable.Range(0, count).Select(i => new ArticleItem(
            Guid.CreateVersion7(), $"slug-{i}", section, [], i == 2 ? "en" : lang, $"A headline of a usual length with a number, {i}",
            "A sentence that says what the article is about.", Now.AddHours(-i * 20), null, i, i == 2, false, i == 1 ? Cover : null, null)),
    ], "next"));

    private static readonly CoverView Cover = new("/media/a.jpg", "A river", "en", "The river", "A. Author", 1600, 900, 0.2, 0.5,
        [new("/media/a-320.avif", 320, 180, "image/avif"), new("/media/a-320.webp", 320, 180, "image/webp")]);

    private static ArticleView Article(string lang) => new(
        Guid.CreateVersion7(), "slug", "news", ["council"], lang, "A headline", "A lead.", $"<p>{new string('w', 3000)}</p>", "An Author",
        "A source", null, Now.AddYears(-1), Now, null, 2, false, 3, "https://news.example/en/articles/slug", Cover, [],
        [new("It was Astana.", Now)], [Neighbour(lang)], Neighbour(lang), Neighbour(lang));

    private static Neighbour Neighbour(string lang) => new(Guid.CreateVersion7(), "other", lang, "Another headline", Now);

    private static readonly CommentItem Comment = new(Guid.CreateVersion7(), "Ann", "<p>Words</p>", Now, null, 1, 0, false, null);

    private static readonly RatesView Rates = new(
        new(2025, 4, 5), new(2025, 4, 5), null, new(2025, 4, 4),
        [
            new("CN", "China", "CNY", "Yuan", true, 1, 11.5m, 11.5m, 0.1m), new("IN", "India", "INR", "Rupee", true, 10, 9m, 0.9m, -0.1m),
            new("RU", "Russia", "RUB", "Rouble", true, 1, 1m, 1m, 0m), new("BY", "Belarus", "BYN", "Rouble", false, null, null, null, null),
        ],
        [],
        null);

    private static readonly HistoryItem[] Items =
        [.. Enumerable.Range(0, 26).Select(i => new HistoryItem(new DateOnly(2025, 1, 6).AddDays(7 * i), 11 + i % 5))];

    private static readonly Answer<Listed<TrendItem>> Trends = Ok(new Listed<TrendItem>([new("CNY", Items), new("INR", Items)]));

    private static readonly HistoryView History = new(
        "CNY", Items[0].Date, Items[^1].Date, new(Items[0].Date, 11), new(Items[4].Date, 15), 13, Items);

    private static readonly StatesView States = new(Now,
    [
        .. new[] { ("CN", "member"), ("IN", "member"), ("TR", "dialoguePartner") }.Select(s => new StateItem(
            s.Item1, Names(s.Item1), s.Item2, new(2001, 6, 15), Names("Capital"), "CNY", Names("Money"), new("UTC", "+08:00", Now))),
    ]);

    private static Dictionary<string, string> Names(string name) => Languages.All.ToDictionary(l => l, _ => name);
}
