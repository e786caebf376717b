using System.Net;
using System.Text.Json;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

public class ListTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task Paging_repeats_and_misses_nothing_while_articles_are_published()
    {
        var mine = new List<Guid>();
        for (var i = 0; i < 30; i++)
            mine.Add(await desk.Published(Body(English(), tags: ["paged"]), DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(i / 3)));
        using var stop = new CancellationTokenSource();
        var others = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await desk.Published(
                    Body(English(), tags: ["paged"]),
                    i % 2 == 0 ? null : DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(i % 10).AddSeconds(30));
        }, TestContext.Current.CancellationToken);
        var seen = new List<Guid>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await desk.Get($"/api/articles?tag=paged&limit=4&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        await stop.CancelAsync();
        await others;
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Empty(mine.Except(seen));
    }

    [Fact]
    public async Task Filters_can_be_combined()
    {
        var day = new DateTimeOffset(2019, 6, 14, 23, 30, 0, TimeSpan.Zero);
        var a = await desk.Published(Body(English(), "analytics", ["bishkek", "summit"]), day);
        var b = await desk.Published(Body(English(), "news", ["bishkek"]), day.AddHours(1));
        Assert.Equal([b, a], await desk.Listed("tag=bishkek"));
        Assert.Equal([a], await desk.Listed("tag=bishkek&section=analytics"));
        Assert.Equal([a], await desk.Listed("from=2019-06-14&to=2019-06-14"));
        Assert.Equal([b], await desk.Listed("tag=bishkek&from=2019-06-15&featured=false"));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?from=2019-06-15&to=2019-06-14"));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?lang=fr"));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?from=yesterday"));
    }

    [Fact]
    public async Task Only_editors_can_list_drafts_and_retracted_articles()
    {
        var draft = await desk.Drafted();
        var retracted = await desk.Published();
        await Ok(desk.Post($"/api/articles/{retracted}/retract", new { note = "Wrong." }));
        Assert.Contains(draft, await desk.Listed("state=draft", desk.Editor));
        Assert.Contains(retracted, await desk.Listed("state=retracted", desk.Editor));
        Assert.Contains(draft, await desk.Listed("state=all&section=news", desk.Editor));
        Assert.DoesNotContain(draft, await desk.Listed(""));
        Assert.DoesNotContain(retracted, await desk.Listed("state=published"));
        Assert.Equal(HttpStatusCode.Unauthorized, await desk.Status("/api/articles?state=draft"));
        Assert.Equal(HttpStatusCode.Forbidden, await desk.Status("/api/articles?state=draft", desk.Client("moderator")));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?state=nonsense", desk.Editor));
    }

    [Fact]
    public async Task Editors_see_which_published_articles_have_a_changed_draft()
    {
        var (draft, same, changed) = (await desk.Drafted(), await desk.Published(), await desk.Published());
        await Ok(desk.Put(changed, Body(English("Another"))));
        Assert.DoesNotContain(draft, await desk.Listed("state=public", desk.Editor));
        Assert.False(await IsChanged(same));
        Assert.True(await IsChanged(changed));
        Assert.Equal(HttpStatusCode.Unauthorized, await desk.Status("/api/articles?state=public"));

        async Task<bool> IsChanged(Guid id) =>
            (await desk.Get("/api/articles?state=public&limit=100", desk.Editor))
                .GetProperty("items")
                .EnumerateArray()
                .Single(i => i.GetProperty("id").GetGuid() == id)
                .GetProperty("changed")
                .GetBoolean();
    }

    [Fact]
    public async Task Editors_find_drafts_by_words_in_the_title_and_by_language()
    {
        var word = $"Zeta{Guid.CreateVersion7():N}";
        var english = await desk.Drafted(Body(English($"The {word} 100% done")));
        var russian = await desk.Published(Body(new { ru = Text($"О {word}") }));
        Assert.Equal([russian, english], await desk.Listed($"state=all&q={word.ToUpperInvariant()}", desk.Editor));
        Assert.Equal([english], await desk.Listed($"state=draft&q={word}", desk.Editor));
        Assert.Equal([russian], await desk.Listed($"state=all&q={word}&lang=ru&fallback=false", desk.Editor));
        Assert.Equal([english], await desk.Listed($"state=all&q={word} 100%25", desk.Editor));
        Assert.Empty(await desk.Listed($"state=all&q={word[..5]}%25{word[9..]}", desk.Editor));
        Assert.Empty(await desk.Listed($"state=all&q={word.Replace('a', '_')}", desk.Editor));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?state=all&q=%20", desk.Editor));
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/articles?state=all&tag=x", desk.Editor));
    }

    [Theory]
    [InlineData("q=agreements&lang=en", "The <mark>agreement</mark> on trade")]
    [InlineData("q=\"agreement on trade\"", "The <mark>agreement</mark> on <mark>trade</mark>")]
    [InlineData("q=соглашения", "<mark>Соглашение</mark> о торговле")]
    [InlineData("q=подписанному", "Соглашение о торговле")]
    [InlineData("q=贸易协定", "关于<mark>贸易协定</mark>的消息")]
    [InlineData("q=易", "关于贸<mark>易</mark>协定的消息")]
    [InlineData("q=消息 贸易", "关于<mark>贸易</mark>协定的<mark>消息</mark>")]
    public async Task Words_are_found_in_any_form_in_their_language_and_highlighted(string query, string title)
    {
        var id = await desk.Published(Body(new
        {
            en = Text("The agreement on trade", "<p>It was signed &lt;today&gt; by all.</p>"),
            ru = Text("Соглашение о торговле", "<p>Документ подписан сегодня.</p>"),
            zh = Text("关于贸易协定的消息", "<p>各方今天签署了文件。</p>"),
        }));
        var item = (await desk.Get($"/api/articles?{query}"))
            .GetProperty("items")
            .EnumerateArray()
            .First(i => i.GetProperty("id").GetGuid() == id);
        Assert.Equal(title, item.GetProperty("highlights").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Passages_are_highlighted_and_escaped()
    {
        await desk.Published(Body(English("Quagmire", "<p>a &lt;script&gt; and the wombats &amp; others</p>")));
        var found =
            (await desk.Get("/api/articles?q=wombat")).GetProperty("items")[0].GetProperty("highlights").GetProperty("text").GetString();
        Assert.Contains("<mark>wombats</mark> &amp; others", found, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("happiness quokka", "so the <mark>happy</mark> <mark>Quokkas</mark> of unhappy happenings")]
    [InlineData("well-known quokka.example", "a <mark>well-known</mark> site, <mark>quokka.example</mark>")]
    [InlineData("\"grey quokka\"", "a <mark>grey</mark> <mark>quokka</mark> slept")]
    [InlineData(
        "квокка ёлки",
        "<mark>Квокки</mark> под <mark>Ёлкой</mark> и <mark>елками</mark>, ёлочные")]
    public async Task All_forms_of_a_word_are_highlighted_and_no_other_word_is(string words, string expected)
    {
        var filler = string.Concat(Enumerable.Repeat("other words and other lines ", 30));
        var sentence = expected.Replace("<mark>", "", StringComparison.Ordinal).Replace("</mark>", "", StringComparison.Ordinal);
        var text = Text($"Of {Guid.CreateVersion7():N}", $"<p>{filler}. {sentence}. {filler}</p>");
        var id = await desk.Published(Body(words[0] > 'z' ? new { ru = text } : new { en = text }));
        var item = (await desk.Get($"/api/articles?q={Uri.EscapeDataString(words)}"))
            .GetProperty("items")
            .EnumerateArray()
            .First(i => i.GetProperty("id").GetGuid() == id);
        var found = item.GetProperty("highlights").GetProperty("text").GetString()!;
        Assert.Contains(expected, found, StringComparison.Ordinal);
        Assert.InRange(found.Length, expected.Length, 500);
    }

    [Theory]
    [InlineData("q=%27%20or%201%3D1%20--")]
    [InlineData("q=%26%20%7C%20!%20()%20%3A*%20%5C")]
    [InlineData("q=!!!&lang=zh")]
    [InlineData("q=%27%3A*%20%E4%B8%8A%27&lang=zh")]
    [InlineData("q=the")]
    [InlineData("q=%00&lang=en")]
    [InlineData("q=---------------------------------")]
    [InlineData(
        "q=-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20"
        + "-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-%20-a")]
    [InlineData("q=-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-мир&lang=ru")]
    [InlineData("q=---------------------------------&lang=zh")]
    [InlineData("q=%EF%BF%BE%E4%B8%8A&lang=zh")]
    public async Task No_input_breaks_the_search(string query) =>
        Assert.Contains(await desk.Status($"/api/articles?{query}"), new[] { HttpStatusCode.OK, HttpStatusCode.BadRequest });

    [Theory]
    [InlineData("q", "q=%00")]
    [InlineData("section", "section=%00")]
    [InlineData("tag", "tag=a%00")]
    [InlineData("q", "state=all&q=%00")]
    public async Task A_parameter_with_an_invalid_character_is_named(string name, string query)
    {
        using var answer = await desk.Editor.GetAsync($"/api/articles?{query}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(
            $"\"{name}\":[",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_with_invalid_characters_does_not_break_later_searches()
    {
        // A statement is prepared after it was used several times. If it fails while it is being prepared, its connection becomes unusable
        // (docs/decisions/0018). Each limit results in a separate statement.
        for (var before = 0; before < 12; before++)
        {
            var search = $"/api/articles?lang=en&limit={41 + before}&q=";
            for (var i = 0; i < before; i++) Assert.Equal(HttpStatusCode.OK, await desk.Status($"{search}trade"));
            Assert.Equal(HttpStatusCode.BadRequest, await desk.Status($"{search}%00"));
            for (var i = 0; i < 4; i++) Assert.Equal(HttpStatusCode.OK, await desk.Status($"{search}trade"));
        }
    }

    [Fact]
    public async Task A_revised_article_is_found_by_its_new_words_and_a_retracted_one_is_not_found()
    {
        var id = await desk.Published(Body(English("Xylophone concert", slug: "xylophone")));
        await Ok(desk.Put(id, Body(English("Zither concert", slug: "xylophone"))));
        Assert.Equal([id], await desk.Listed("q=xylophone"));
        await Ok(desk.Post($"/api/articles/{id}/publish"));
        Assert.Empty(await desk.Listed("q=xylophone"));
        Assert.Equal([id], await desk.Listed("q=zither"));
        await Ok(desk.Post($"/api/articles/{id}/retract", new { note = "Wrong." }));
        Assert.Empty(await desk.Listed("q=zither"));
    }

    [Fact]
    public async Task The_archive_counts_articles_by_month_and_by_day()
    {
        foreach (var day in new[] { 3, 3, 17 })
            await desk.Published(Body(English(), "analytics"), new DateTimeOffset(2004, 2, day, 8, 0, 0, TimeSpan.Zero));
        var months = await desk.Get("/api/archive?section=analytics");
        Assert.Contains(months.GetProperty("items").EnumerateArray(), m => m.ToString() == "{\"period\":\"2004-02\",\"articles\":3}");
        Assert.Equal(
            "{\"items\":[{\"period\":\"2004-02-17\",\"articles\":1},{\"period\":\"2004-02-03\",\"articles\":2}]}",
            (await desk.Get("/api/archive?month=2004-02")).ToString());
        Assert.Equal(HttpStatusCode.BadRequest, await desk.Status("/api/archive?month=2004"));
        Assert.Equal("{\"items\":[]}", (await desk.Get("/api/archive?lang=zh&month=2004-02")).ToString());
    }

    [Fact]
    public async Task An_unchanged_list_is_answered_with_304()
    {
        await desk.Published(Body(English(), tags: ["known"]));
        var first = await desk.Answer("/api/articles?tag=known");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/articles?tag=known")
        {
            Headers = { IfNoneMatch = { first.Headers.ETag! } },
        };
        Assert.Equal(HttpStatusCode.NotModified, (await desk.Answer(again)).StatusCode);
        await desk.Published(Body(English(), tags: ["known"]));
        using var later = new HttpRequestMessage(HttpMethod.Get, "/api/articles?tag=known")
        {
            Headers = { IfNoneMatch = { first.Headers.ETag! } },
        };
        Assert.Equal(HttpStatusCode.OK, (await desk.Answer(later)).StatusCode);
        Assert.NotEqual(JsonValueKind.Undefined, (await desk.Get("/api/articles?tag=known")).ValueKind);
    }
}
