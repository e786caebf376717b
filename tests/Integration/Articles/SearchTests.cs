using System.Net;
using System.Text.Json;
using Integration.Replays;
using Kit;
using Platform.Replays;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

/// <summary>Readers find articles however they write the words, and the most relevant ones first.</summary>
public class SearchTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private static readonly DateTimeOffset Year = new(2015, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("en", "Talks in Astana/Bishkek", "Bishkek", "Talks in Astana/<mark>Bishkek</mark>")]
    [InlineData("en", "Talks in Astana/Bishkek", "astana/bishkek", "Talks in <mark>Astana/Bishkek</mark>")]
    [InlineData("ru", "SCO-2025.Итоги года", "итоги", "SCO-2025.<mark>Итоги</mark> года")]
    [InlineData("en", "The plan for 2026-2035", "2035", "The plan for 2026-<mark>2035</mark>")]
    [InlineData("en", "The plan for 2026-2035", "2026-2035", "The plan for <mark>2026</mark>-<mark>2035</mark>")]
    [InlineData("en", "From Dushanbe.Next stop", "dushanbe", "From <mark>Dushanbe</mark>.Next stop")]
    [InlineData("en", "Co-operation of the states", "cooperation", "<mark>Co-operation</mark> of the states")]
    [InlineData("en", "Cooperation of the states", "co-operation", "<mark>Cooperation</mark> of the states")]
    [InlineData("en", "Co\u00adope\u200bration of states", "cooperation", "<mark>Cooperation</mark> of states")]
    [InlineData("ru", "Зе\u0308рна и\u0306ода", "зёрна йода", "<mark>Зёрна</mark> <mark>йода</mark>")]
    [InlineData("ru", "Зёрна йода", "зерна и\u0306ода", "<mark>Зёрна</mark> <mark>йода</mark>")]
    [InlineData("zh", "上海合作组织峰会", "上海合作組織", "<mark>上海合作组织</mark>峰会")]
    [InlineData("zh", "聯合國峰會", "联合国峰会", "<mark>聯合國峰會</mark>")]
    [InlineData("en", "The SSJ100 in service", "SSJ-100", "The <mark>SSJ100</mark> in service")]
    [InlineData("en", "The ISO-8601 standard", "iso8601", "The <mark>ISO-8601</mark> standard")]
    [InlineData("en", "São Paulo agreed", "sao paulo", "<mark>S&#227;o</mark> <mark>Paulo</mark> agreed")]
    public async Task Words_are_found_however_they_are_written(string language, string title, string typed, string highlighted)
    {
        var id = await desk.Published(Body(new Dictionary<string, object?> { [language] = Text(title) }, tags: ["written"]));
        var found = await desk.Get($"/api/articles?tag=written&lang={language}&spelling=false&q={Uri.EscapeDataString(typed)}&limit=100");
        var item = Assert.Single(found.GetProperty("items").EnumerateArray(), i => i.GetProperty("id").GetGuid() == id);
        Assert.Equal(highlighted, item.GetProperty("highlights").GetProperty("title").GetString());
        await Ok(desk.Post($"/api/articles/{id}/retract", new { note = "The test is over." }));
    }

    [Theory]
    [InlineData("2026-2035", "Numbers 2026 and 2035")]
    [InlineData("\"red fox\"", "A fox that is red")]
    [InlineData("fox -red", "The red fox")]
    public async Task Words_that_are_typed_together_or_excluded_are_respected(string typed, string title)
    {
        var id = await desk.Published(Body(English(title)));
        Assert.DoesNotContain(id, await desk.Listed($"spelling=false&lang=en&q={Uri.EscapeDataString(typed)}"));
    }

    [Fact]
    public async Task The_title_outweighs_the_lead_and_the_lead_the_text()
    {
        var text = await Published("Weather", "Lead", "Rain and the okapi today. ", Year.AddYears(3));
        var often = await Published("Weather", "Lead", "An okapi. Another okapi. The okapi.", Year.AddYears(2));
        var lead = await Published("Weather", "Of an okapi", "Rain", Year.AddYears(1));
        var title = await Published("The okapi", "Lead", "Rain", Year);
        Assert.Equal([title, lead, often, text], await Ranked("okapi"));
        Assert.Equal([text, often, lead, title], await Ranked("okapi&sort=date"));
    }

    [Fact]
    public async Task Words_that_follow_each_other_outweigh_scattered_ones()
    {
        var scattered = await Published("The tapir of the river", "Lead", "Body", Year.AddYears(1));
        var phrase = await Published("The river tapir", "Lead", "Body", Year);
        var textScattered = await Published("Weather", "Lead", "A tapir. Then a river.", Year.AddYears(3));
        var textPhrase = await Published("Weather", "Lead", "Then a river tapir.", Year.AddYears(2));
        Assert.Equal([phrase, scattered, textPhrase, textScattered], await Ranked("river tapir"));
        Assert.Equal([phrase, textPhrase], await Ranked("\"river tapir\""));
    }

    [Fact]
    public async Task A_much_newer_article_outweighs_a_better_place()
    {
        var old = await Published("The numbat", "Lead", "Body", Year.AddYears(-30));
        var recent = await Published("Weather", "Lead", "The numbat.", Year);
        var almost = await Published("A numbat", "Lead", "Body", Year.AddYears(-15));
        Assert.Equal([almost, recent, old], await Ranked("numbat"));
    }

    [Fact]
    public async Task Paging_by_relevance_repeats_and_misses_nothing_while_articles_are_published()
    {
        var mine = new List<Guid>();
        for (var i = 0; i < 40; i++) mine.Add(await InPlace(i));
        using var stop = new CancellationTokenSource();
        var others = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++) await InPlace(i);
        }, TestContext.Current.CancellationToken);
        var seen = new List<Guid>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await desk.Get($"/api/articles?q=quoll marsupial&lang=en&limit=3&cursor={cursor}");
            seen.AddRange(Ids(page));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        await stop.CancelAsync();
        await others;
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Empty(mine.Except(seen));
        // Each page continues the order of one long page.
        var all = await Ranked("quoll marsupial&limit=100");
        Assert.Equal(all.Where(mine.Contains), seen.Where(mine.Contains));

        Task<Guid> InPlace(int i) => (i % 5) switch
        {
            0 => Published($"A quoll marsupial {i}", "Lead", "Body", At(i)),
            1 => Published($"The quoll, a marsupial {i}", "Lead", "Body", At(i)),
            2 => Published($"Weather {i}", "The quoll is a marsupial", "Body", At(i)),
            3 => Published($"Weather {i}", "Lead", "See a quoll marsupial.", At(i)),
            _ => Published($"Weather {i}", "Lead", "Marsupial. Then a quoll.", At(i)),
        };

        // Several have the same time, and the scores of different places are equal.
        static DateTimeOffset At(int i) => Year.AddDays(-365 * 4 * (i / 5 % 5));
    }

    [Fact]
    public async Task A_cursor_of_a_list_by_date_continues_by_date_and_one_by_relevance_is_refused_there()
    {
        for (var i = 0; i < 3; i++) await Published($"The bilby {i}", "Lead", "Body", Year.AddDays(i));
        var byDate = (await desk.Get("/api/articles?q=bilby&sort=date&limit=1")).GetProperty("next").GetString();
        var byRelevance = (await desk.Get("/api/articles?q=bilby&limit=1")).GetProperty("next").GetString();
        Assert.Equal(2, (await desk.Listed($"q=bilby&cursor={byDate}")).Count);
        Assert.Equal(2, (await desk.Listed($"q=bilby&cursor={byRelevance}")).Count);
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status($"/api/articles?q=bilby&sort=date&cursor={byRelevance}"));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status($"/api/articles?cursor={byRelevance}"));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?q=bilby&sort=size"));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?sort=relevance"));
    }

    [Fact]
    public async Task Rows_of_an_earlier_version_are_found_and_are_rebuilt()
    {
        var id = await Published("The dunnart and the kowari", "Lead", "Body", Year);
        // Earlier versions stored only the words.
        await desk.Servers.Query<int>(
            $"update articles.article_index set en = to_tsvector('english', en_text) where article_id = '{id}'");
        Assert.Equal([id], await Ranked("dunnart kowari&spelling=false"));
        using var admin = desk.Client("admin");
        var replay = await admin.Replays("articles", "readModel:article-index");
        Assert.Equal((ReplayStatus.Completed, null, 1), (replay.State, replay.Error, replay.Comparison?.Differences()));
        var verified = await admin.Replays("articles", "readModel:dictionary", "verify");
        Assert.Equal((ReplayStatus.Completed, 0), (verified.State, verified.Comparison?.Differences()));
    }

    private Task<Guid> Published(string title, string lead, string body, DateTimeOffset at) => desk.Published(
        Body(new { en = Text($"{title} {Some.Word("t")}", $"<p>{body}</p>", lead) }), at);

    private async Task<IReadOnlyList<Guid>> Ranked(string query) => Ids(await desk.Get($"/api/articles?lang=en&q={query}"));

    private static IReadOnlyList<Guid> Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid())];
}
