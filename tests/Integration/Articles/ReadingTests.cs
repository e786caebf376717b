using System.Net;
using System.Text.Json;
using Articles.Media;
using Articles.Reading;
using Articles.Texts;
using Microsoft.Extensions.DependencyInjection;
using Platform.Web;
using Xunit;
using Streams = Articles.Streams;

namespace Integration.Articles;

/// <summary>Readers get exactly what the projections make of the events, whether or not the service holds the documents already.</summary>
public class ReadingTests(VariedArticles varied) : IClassFixture<VariedArticles>
{
    private static readonly string?[] Languages = [null, "en", "ru", "zh"];

    private readonly Newsroom _desk = varied.Desk;

    [Fact]
    public async Task An_article_is_shown_with_everything_that_is_joined_to_it()
    {
        var folded = await varied.Fold();
        for (var repeated = 0; repeated < 3; repeated++)
            foreach (var page in folded.Pages)
                foreach (var language in Languages)
                {
                    var query = language is null ? "" : $"?lang={language}";
                    Assert.Equal(Expected(folded, page, language), await _desk.Text($"/api/articles/{page.ArticleId}{query}"));
                    foreach (var slug in page.CurrentSlugs().Values)
                        Assert.Equal(
                            Expected(folded, page, language ?? page.Slugs[slug]), await _desk.Text($"/api/articles/{slug}{query}"));
                }
    }

    [Fact]
    public async Task The_articles_have_all_cases()
    {
        var folded = await varied.Fold();
        Assert.Equal(15, folded.Pages.Count);
        Assert.Equal(14, folded.Summaries.Count);
        var views = folded.Pages.Select(p => View(folded, p, null)).ToArray();
        Assert.Equal(2, views.Count(v => v.Previous is null && v.RetractionNote is null));
        Assert.Equal(2, views.Count(v => v.Next is null && v.RetractionNote is null));
        Assert.Equal(3, views.Count(v => v.Featured));
        Assert.NotNull(Assert.Single(views, v => v.RetractionNote is not null).Previous);
        // The draft and the retracted article are omitted.
        Assert.Equal([varied.Articles[5], varied.Articles[0]], Assert.Single(views, v => v.Related.Count > 0).Related.Select(r => r.Id));
        Assert.Single(views, v => v.Corrections.Count > 0);
        Assert.Contains(views, v => v.Next is { } next && next.PublishedAt == v.PublishedAt);
        Assert.Contains(views, v => v.Previous is { } previous && previous.PublishedAt == v.PublishedAt);
    }

    [Fact]
    public async Task A_former_slug_redirects_and_texts_retractions_and_unknown_addresses_are_answered_as_before()
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _desk.Reader.BaseAddress };
        for (var repeated = 0; repeated < 2; repeated++)
        {
            using var moved = await client.GetAsync("/api/articles/summit-1?lang=zh&x=1", Cancelled);
            Assert.Equal(HttpStatusCode.MovedPermanently, moved.StatusCode);
            Assert.Equal("/api/articles/renamed-1?lang=zh&x=1", moved.Headers.Location!.ToString());
            Assert.Contains("# Renamed 1\n", await Accept("text/markdown", varied.Articles[1]), StringComparison.Ordinal);
            Assert.StartsWith("Renamed 1\n", await Accept("text/plain", varied.Articles[1]), StringComparison.Ordinal);
            // A retracted article has no text to represent.
            var retracted = await Accept("text/plain", varied.Articles[2]);
            Assert.Contains("\"retractionNote\":\"It was wrong.\"", retracted, StringComparison.Ordinal);
            foreach (var unknown in new[] { "never-used", "Not a slug", $"{Guid.CreateVersion7()}" })
            {
                using var missing = await client.GetAsync($"/api/articles/{unknown}", Cancelled);
                Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
                var problem = JsonSerializer.Deserialize<JsonElement>(await missing.Content.ReadAsStringAsync(Cancelled));
                Assert.Equal(
                    $"No published article has the id or slug \"{unknown}\".", problem.GetProperty("detail").GetString());
            }
        }
    }

    [Fact]
    public async Task A_list_contains_the_matching_articles_with_everything_that_is_joined_to_them()
    {
        var folded = await varied.Fold();
        bool IsFeatured(ArticleSummary row) => folded.Featured.Contains(Streams.ArticleId(row.Id));
        (string Query, Func<ArticleSummary, bool> Matches)[] lists =
        [
            ("", _ => true),
            ("section=news", row => row.Section == "news"),
            ("section=analytics&lang=ru", row => row.Section == "analytics"),
            ("tag=third", row => row.Tags.Contains("third")),
            ("lang=zh", _ => true),
            ("lang=zh&fallback=false", row => row.Headings.ContainsKey("zh")),
            ("featured=true", IsFeatured),
            ("featured=false&lang=en", row => !IsFeatured(row)),
            ("featured=true&tag=third", row => IsFeatured(row) && row.Tags.Contains("third")),
            ($"from={VariedArticles.Day}&to={VariedArticles.Day}", _ => true),
            ("section=news&from=2021-03-05", _ => false),
        ];
        for (var repeated = 0; repeated < 3; repeated++)
            foreach (var (query, matches) in lists)
            {
                var language = Languages.FirstOrDefault(l => l is not null && query.Contains($"lang={l}", StringComparison.Ordinal));
                var expected = folded.NewestFirst.Where(matches).Select(s => Text(folded.Listed(s), language)).ToArray();
                foreach (var limit in new[] { 4, 100 }) Assert.Equal(expected, await Items($"/api/articles?{query}&limit={limit}"));
            }
    }

    [Fact]
    public async Task The_featured_and_the_most_discussed_articles_are_listed_in_their_order()
    {
        var folded = await varied.Fold();
        var byId = folded.Summaries.ToDictionary(s => Streams.ArticleId(s.Id));
        var featured = folded.Featured.Where(byId.ContainsKey).Select(id => Text(folded.Listed(byId[id]), "ru"));
        var discussed = folded.Summaries.Select(folded.Listed)
            .Where(a => a.Comments > 0)
            .OrderByDescending(a => a.Comments)
            .ThenByDescending(a => a.Summary.Id, StringComparer.Ordinal)
            .Select(a => Text(a, "ru"))
            .ToArray();
        Assert.Equal(4, discussed.Length);
        for (var repeated = 0; repeated < 3; repeated++)
        {
            Assert.Equal(featured, await Items("/api/featured?lang=ru"));
            Assert.Equal(discussed, await Items("/api/most-discussed?lang=ru"));
            Assert.Equal(discussed.Take(2), await Items("/api/most-discussed?lang=ru&limit=2"));
            Assert.Equal(discussed, await Items("/api/most-discussed?lang=ru&days=3650"));
            Assert.Empty(await Items("/api/most-discussed?days=1"));
        }
    }

    [Theory]
    [InlineData("", "ranking-0")] // any article with a comment would enter the list
    [InlineData("?limit=4", "ranking-0")]
    [InlineData("?limit=3", "ranking-1")]
    [InlineData("?limit=1", "ranking-3")]
    public async Task The_most_discussed_articles_depend_on_the_ranking_up_to_their_last_article(string query, string key)
    {
        var answer = await _desk.Answer($"/api/most-discussed{query}");
        var keys = answer.Headers.GetValues("Surrogate-Key").Single().Split(' ');
        Assert.Equal(key, Assert.Single(keys, k => k.StartsWith("ranking", StringComparison.Ordinal)));
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Text(ListedArticle article, string? language) =>
        JsonSerializer.Serialize(ArticleItem.Of(article, language, Pictures.None), Json.Http);

    private string Expected(Folded folded, ArticlePage page, string? language) =>
        JsonSerializer.Serialize(View(folded, page, language), Json.Http);

    /// <summary>The response for an article, from the read models without a query.</summary>
    private ArticleView View(Folded folded, ArticlePage page, string? language)
    {
        var section = folded.NewestFirst.Where(s => s.Section == page.Content!.Section).ToArray();
        int Compare(ArticleSummary other) => other.PublishedAt == page.PublishedAt
            ? string.CompareOrdinal(other.Id, page.Id)
            : other.PublishedAt.CompareTo(page.PublishedAt!.Value);
        var related = (page.Content!.Related ?? [])
            .Select(id => folded.Summaries.Find(s => s.Id == Streams.Article(id))).OfType<ArticleSummary>();
        return ArticleView.Of(
            page, language, folded.Comments.GetValueOrDefault(page.Id), _desk.Services.GetRequiredService<Site>(), Pictures.None) with
        {
            Related = [.. related.Select(a => Neighbour.Of(a, language))],
            Previous = section.FirstOrDefault(s => Compare(s) < 0) is { } previous ? Neighbour.Of(previous, language) : null,
            Next = section.LastOrDefault(s => Compare(s) > 0) is { } next ? Neighbour.Of(next, language) : null,
            Featured = folded.Featured.Contains(page.ArticleId),
        };
    }

    private async Task<string> Accept(string type, Guid id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/articles/{id}") { Headers = { { "Accept", type } } };
        using var answer = await _desk.Answer(request);
        return await answer.Content.ReadAsStringAsync(Cancelled);
    }

    /// <summary>The items of all pages of a list, as they were sent.</summary>
    private async Task<List<string>> Items(string path)
    {
        var items = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = await _desk.Get(cursor.Length == 0 ? path : $"{path}{separator}cursor={cursor}");
            items.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetRawText()));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        return items;
    }
}
