using System.Net;
using System.Text.Json;
using Kit;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

/// <summary>Typing errors are corrected, results are counted, and words are completed.</summary>
public class CorrectionTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private static readonly DateTimeOffset Year = new(2015, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("en", "memorandun astana", "memorandum astana", "en")]
    [InlineData("en", "memorandm", "memorandum", "en")]
    [InlineData("en", "memornadum", "memorandum", "en")]
    [InlineData("en", "memoranddun", "memorandum", "en")] // two errors
    [InlineData("en", "memorandumastana", "memorandum astana", "en")]
    [InlineData("ru", "меморандун", "меморандум", "ru")]
    [InlineData("en", "shos", "шос", "ru")]
    [InlineData(null, "shos", "шос", "ru")]
    [InlineData("en", "ШОС", "ШОС", "ru")]
    [InlineData("ru", "memorandum", "меморандум", "ru")]
    [InlineData("ru", "Astana", "Astana", "en")]
    [InlineData(null, "ckjd", "слов", "ru")]
    [InlineData(null, "ckj,", "слов", "ru")] // and an error
    [InlineData("ru", "ьуьщкфтвгь", "memorandum", "en")]
    public async Task A_search_without_results_shows_those_of_similar_words(string? language, string typed, string meant, string lang)
    {
        await Prepare();
        var found = await Search(typed, language);
        Assert.Equal(
            $$"""{"q":"{{meant}}","lang":"{{lang}}"}""", found.GetProperty("correction").GetRawText());
        var item = Assert.Single(found.GetProperty("items").EnumerateArray());
        Assert.Equal(lang, item.GetProperty("lang").GetString());
        Assert.Contains("<mark>", item.GetProperty("highlights").GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Empty((await Search($"{typed}&spelling=false", language)).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("memorandum")]
    [InlineData("xqzwv")]
    [InlineData("the")]
    [InlineData("2025")]
    public async Task A_search_with_results_or_without_similar_words_is_not_corrected(string typed)
    {
        await Prepare();
        Assert.False((await Search(typed, "en")).TryGetProperty("correction", out _));
    }

    [Fact]
    public async Task A_word_that_is_much_more_frequent_is_offered()
    {
        for (var i = 0; i < 12; i++) await desk.Published(Body(English($"The wallaroo {i}")));
        var rare = await desk.Published(Body(English("The walaroo")));
        var found = await Search("walaroo", "en");
        Assert.Equal(rare, Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("id").GetGuid());
        Assert.Equal("""{"q":"wallaroo","lang":"en"}""", found.GetProperty("didYouMean").GetRawText());
        Assert.False((await Search("wallaroo", "en")).TryGetProperty("didYouMean", out _));
    }

    [Fact]
    public async Task Words_that_readers_can_no_longer_see_are_neither_offered_nor_suggested()
    {
        var id = await desk.Published(Body(English("The pademelon")));
        Assert.Equal("pademelon", (await Search("pademelom", "en")).GetProperty("correction").GetProperty("q").GetString());
        Assert.Equal(["pademelon"], await Suggested("pademe"));
        await Ok(desk.Post($"/api/articles/{id}/retract", new { note = "It was wrong." }));
        Assert.False((await Search("pademelom", "en")).TryGetProperty("correction", out _));
        Assert.Empty(await Suggested("pademe"));
    }

    [Fact]
    public async Task The_last_word_is_completed_and_titles_are_suggested()
    {
        await desk.Published(Body(English("The kookaburra laughs", slug: "kookaburra-laughs")), Year);
        await desk.Published(Body(English("A kookaburra and a kookalong", slug: "kookalong")), Year.AddDays(1));
        Assert.Equal(["kookaburra", "kookalong"], await Suggested("kooka"));
        Assert.Equal(["The Kookaburra"], await Suggested("The Kookab", withCase: true));
        Assert.Empty(await Suggested("kookaburra "));
        Assert.Empty(await Suggested("k"));
        var articles = (await desk.Get("/api/search/suggestions?lang=en&q=kook")).GetProperty("articles").EnumerateArray();
        Assert.Equal(["kookalong", "kookaburra-laughs"], articles.Select(a => a.GetProperty("slug").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/search/suggestions"));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/search/suggestions?q=%00"));
        Assert.Equal(HttpStatusCode.OK, await desk.Status("/api/search/suggestions?q=%27%25_%5C"));
    }

    [Fact]
    public async Task Results_are_counted_by_section_language_tag_and_year()
    {
        var both = new { en = Text("The bandicoot one"), zh = Text("袋狸 bandicoot") };
        await desk.Published(Body(both, "news", ["fauna", "island"]), Year);
        await desk.Published(Body(English("The bandicoot two"), "analytics", ["fauna"]), Year.AddYears(1));
        await desk.Published(Body(English("The bandicoot three"), "analytics", ["fauna"]), new(2016, 12, 31, 20, 0, 0, TimeSpan.Zero));
        Assert.Equal(
            """
            {"total":3,"estimated":false,"sections":[{"value":"analytics","count":2},{"value":"news","count":1}],
            "languages":[{"value":"en","count":3},{"value":"zh","count":1}],
            "tags":[{"value":"fauna","count":3},{"value":"island","count":1}],
            "years":[{"value":"2016","count":2},{"value":"2015","count":1}]}
            """.ReplaceLineEndings(""),
            (await desk.Get("/api/search/facets?q=bandicoot&lang=en")).GetRawText());
        var zone = await desk.Get("/api/search/facets?q=bandicoot&lang=en&section=analytics&timeZone=Asia/Shanghai");
        Assert.Equal("""[{"value":"2017","count":1},{"value":"2016","count":1}]""", zone.GetProperty("years").GetRawText());
        Assert.Equal(1, (await desk.Get("/api/search/facets?q=bandicoot&tag=island")).GetProperty("total").GetInt64());
        Assert.Equal(
            2, (await desk.Get("/api/search/facets?q=bandicoot&from=2016-01-01&to=2016-12-31")).GetProperty("total").GetInt64());
        Assert.Equal(0, (await desk.Get("/api/search/facets?q=the&lang=en")).GetProperty("total").GetInt64());
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/search/facets?lang=en"));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/search/facets?q=a&timeZone=Moon"));
    }

    [Fact]
    public async Task The_indexes_of_the_dictionary_are_built() => await Eventually.IsTrue(
        async () => await desk.Servers.Query<string>(
            "select string_agg(relname::text, ' ' order by relname) from pg_index join pg_class on oid = indexrelid "
            + "where indrelid = 'articles.dictionary'::regclass and indisvalid and not indisprimary")
            == "dictionary_prefixes dictionary_trigrams",
        "both indexes are valid");

    private async Task Prepare()
    {
        if ((await desk.Listed("tag=prepared")).Count > 0) return;
        await desk.Published(Body(
            new { en = Text("A memorandum in Astana", slug: "memorandum"), ru = Text("Меморандум ШОС: несколько слов") },
            tags: ["prepared"]));
        await Eventually.IsTrue(
            async () => await desk.Servers.Query<bool>("select to_regclass('articles.dictionary_trigrams') is not null"),
            "the index of similar words is built");
    }

    private Task<JsonElement> Search(string typed, string? language) =>
        desk.Get($"/api/articles?q={typed.Replace(",", "%2C", StringComparison.Ordinal)}{(language is null ? "" : $"&lang={language}")}");

    private async Task<string?[]> Suggested(string typed, bool withCase = false)
    {
        var words = (await desk.Get($"/api/search/suggestions?lang=en&q={Uri.EscapeDataString(typed)}")).GetProperty("words")
            .EnumerateArray().Select(w => w.GetString()!);
        return [.. words.Select(w => withCase ? System.Globalization.CultureInfo.InvariantCulture.TextInfo.ToTitleCase(w) : w)];
    }
}
