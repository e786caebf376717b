using System.Net;
using System.Text.Json;
using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Xunit;
using static Integration.Articles.Colleagues;

namespace Integration.Articles;

/// <summary>The stages of a draft, notes between colleagues, stale translations, and who has a draft open.</summary>
public class ReviewTests(Colleagues people) : IClassFixture<Colleagues>
{
    [Fact]
    public async Task A_draft_passes_through_the_stages_and_each_step_is_in_the_history_with_its_person()
    {
        var (ben, pia) = (people.Ben, people.Pia);
        var id = await Writes(ben, "news");
        await Stage(id, "draft");
        (await Does(ben, id, "submit")).Is(HttpStatusCode.NoContent);
        (await Does(ben, id, "submit")).Is(HttpStatusCode.NoContent); // repeated, and nothing changes
        await Stage(id, "inReview");
        Assert.Contains(id, await people.Desk.Listed("state=draft&stage=inReview", pia));
        (await Does(pia, id, "return", new { note = "Name the source." })).Is(HttpStatusCode.NoContent);
        var returned = await Stage(id, "draft");
        Assert.Equal("Name the source.", returned.GetProperty("returnNote").GetString());
        Assert.DoesNotContain(id, await people.Desk.Listed("state=draft&stage=inReview", pia));
        (await Does(ben, id, "submit")).Is(HttpStatusCode.NoContent);
        (await Does(pia, id, "approve")).Is(HttpStatusCode.NoContent);
        await Stage(id, "ready");
        Assert.Contains(id, await people.Desk.Listed("state=all&stage=ready", pia));
        (await ben.Send($"PUT /api/articles/{id}", Draft("Better", "news"), "*")).Is(HttpStatusCode.NoContent);
        await Stage(id, "inReview");
        (await Does(pia, id, "approve")).Is(HttpStatusCode.NoContent);
        (await pia.Send($"PUT /api/articles/{id}/assignee", new { person = "ben" }, "*")).Is(HttpStatusCode.NoContent);
        (await Does(pia, id, "schedule", new { at = people.Desk.Clock.GetUtcNow().AddYears(1) })).Is(HttpStatusCode.NoContent);
        await Stage(id, "scheduled");
        (await Does(pia, id, "publish")).Is(HttpStatusCode.NoContent);
        await Stage(id, "published");
        (await Does(ben, id, "submit")).IsProblem(409, "nothing to review");

        var history = (await ben.Get<JsonElement>($"/api/articles/{id}/history?limit=100")).GetProperty("items").EnumerateArray();
        Assert.Equal(
            [
                "drafted ben", "submitted ben", "returned pia", "submitted ben", "approved pia", "draftRevised ben", "approved pia",
                "assigned pia", "scheduled pia", "published pia",
            ],
            history.Reverse().Select(i => $"{i.GetProperty("what")} {i.GetProperty("by")}"));
        await people.Desk.AssertReadModelEqualsStreams<Article>($"article-{id}");
    }

    [Theory]
    [InlineData("state=all&stage=draft", "stage"), InlineData("stage=ready", "stage"), InlineData("assignee=me", "assignee")]
    public async Task An_invalid_filter_is_rejected(string query, string field) =>
        (await people.Ann.Send($"GET /api/articles?{query}")).IsProblem(400, field);

    [Fact]
    public async Task Notes_are_for_colleagues_and_do_not_change_the_version_of_the_article()
    {
        var (id, note) = (await Writes(people.Ben, "news"), Some.Id());
        var path = $"/api/articles/{id}/notes";
        (await people.Ann.Send($"PUT {path}/{note}", new { text = " Check the date. " })).Is(HttpStatusCode.Created);
        (await people.Ann.Send($"PUT {path}/{note}", new { text = "Check the date." })).Is(HttpStatusCode.NoContent); // repeated
        (await people.Ann.Send($"PUT {path}/{note}", new { text = "Something else" })).IsProblem(409, "another note");
        (await people.Ann.Send($"PUT {path}/{Some.Id()}", new { text = " " })).IsProblem(400, "text");
        (await people.Ann.Send($"PUT {path}/{Some.Id()}", new { text = new string('x', 2001) })).IsProblem(400, "text");
        (await people.Ann.Send($"PUT /api/articles/{Some.Id()}/notes/{note}", new { text = "Hello" })).IsProblem(404);
        (await people.Desk.Reader.Send($"GET {path}")).Is(HttpStatusCode.Unauthorized);
        (await people.Ben.Send($"POST {path}/{note}/resolve")).Is(HttpStatusCode.NoContent);
        (await people.Ben.Send($"POST {path}/{note}/resolve")).Is(HttpStatusCode.NoContent); // repeated
        (await people.Ben.Send($"POST {path}/{Some.Id()}/resolve")).IsProblem(404);

        var item = Assert.Single((await people.Ben.Get<JsonElement>(path)).GetProperty("items").EnumerateArray());
        Assert.Equal(
            ("Check the date.", "ann", "ben"),
            (item.GetProperty("text").GetString(), item.GetProperty("by").GetString(), item.GetProperty("resolvedBy").GetString()));
        Assert.Equal("\"1\"", (await people.Ben.Send($"GET /api/articles/{id}/draft")).ETag);
        await people.Desk.AssertReadModelEqualsStreams<DraftNotes>($"notes-{id}");
    }

    [Fact]
    public async Task A_translation_knows_its_source_and_since_when_it_is_stale()
    {
        var id = Some.Id();
        (await people.Ann.Send($"PUT /api/articles/{id}", Texts("One"))).Is(HttpStatusCode.Created);
        (await people.Ann.Send($"PUT /api/articles/{id}", Texts("One", "Раз", new { lang = "en", version = 1 }), "\"1\""))
            .Is(HttpStatusCode.NoContent);
        var source = await Source();
        Assert.Equal(("en", 1), (source.GetProperty("lang").GetString(), source.GetProperty("version").GetInt32()));
        Assert.False(source.TryGetProperty("staleSince", out _));

        (await people.Ann.Send($"PUT /api/articles/{id}", Texts("Two", "Раз"), "*")).Is(HttpStatusCode.NoContent);
        (await people.Ann.Send($"PUT /api/articles/{id}", Texts("Three", "Раз"), "*")).Is(HttpStatusCode.NoContent);
        source = await Source();
        Assert.Equal(4, source.GetProperty("changedIn").GetInt32());
        Assert.True(source.TryGetProperty("staleSince", out _));
        var row = (await people.Desk.Get("/api/articles?state=all&limit=100", people.Ann)).GetProperty("items").EnumerateArray()
            .Single(i => i.GetProperty("id").GetGuid() == id);
        Assert.Equal("ru", Assert.Single(row.GetProperty("stale").EnumerateArray()).GetString());

        (await people.Ann.Send($"PUT /api/articles/{id}", Texts("Three", "Три", new { lang = "en", version = 5 }), "*"))
            .Is(HttpStatusCode.NoContent);
        Assert.False((await Source()).TryGetProperty("staleSince", out _));

        async Task<JsonElement> Source() => (await people.Ann.Get<JsonElement>($"/api/articles/{id}/draft"))
            .GetProperty("translations").GetProperty("ru");
    }

    [Theory]
    [InlineData("ru", 1, "translations.ru.madeFrom.lang"), InlineData("fr", 1, "translations.ru.madeFrom.lang")]
    [InlineData("zh", 1, "translations.ru.madeFrom.lang"), InlineData("en", 9, "translations.ru.madeFrom.version")]
    public async Task A_translation_of_a_text_that_does_not_exist_is_rejected(string lang, int version, string field)
    {
        var id = Some.Id();
        (await people.Ann.Send($"PUT /api/articles/{id}", Texts("One"))).Is(HttpStatusCode.Created);
        (await people.Ann.Send($"PUT /api/articles/{id}", Texts("One", "Раз", new { lang, version }), "*")).IsProblem(400, field);
    }

    [Fact]
    public async Task Colleagues_see_at_every_replica_who_has_a_draft_open_and_nothing_is_stored_in_the_history()
    {
        var replica = await people.Desk.Replica();
        var (id, anns, bens) = (await Writes(people.Ben, "news"), Some.Id(), Some.Id());
        var events = await people.Desk.EventsStored();
        Assert.Empty(await Announce(people.Ben, id, bens));
        Assert.Equal(["ben"], await Announce(people.Ann, id, anns));
        using (var elsewhere = replica.CreateClient())
        {
            elsewhere.DefaultRequestHeaders.Authorization = new("Bearer", Tokens.Named("ben", "author"));
            Assert.Equal(["ann"], await Announce(elsewhere, id, bens));
        }
        var here = await people.Pia.Get<JsonElement>($"/api/articles/{id}/presence");
        Assert.Equal(["ann", "ben"], here.GetProperty("items").EnumerateArray().Select(Name).Order());

        (await people.Ann.Send($"DELETE /api/articles/{id}/presence/{anns}")).Is(HttpStatusCode.NoContent);
        (await people.Ben.Send($"DELETE /api/articles/{id}/presence/{anns}")).Is(HttpStatusCode.NoContent); // repeated
        Assert.Empty(await Announce(people.Ben, id, bens));
        await Announce(people.Ann, id, anns);
        people.Desk.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Empty(await Announce(people.Ben, id, bens));
        people.Desk.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(await Announce(people.Ben, id, bens)); // removes the rows of closed pages
        Assert.Equal(1, await people.Desk.Servers.Query<long>($"select count(*) from articles.presence where article_id = '{id}'"));
        Assert.Equal(events, await people.Desk.EventsStored());
        await people.Desk.Stop(replica);
    }

    private static object Texts(string english, string? russian = null, object? madeFrom = null)
    {
        var translations = new Dictionary<string, object> { ["en"] = new { title = english, body = $"<p>{english}</p>" } };
        if (russian is not null)
        {
            var text = new Dictionary<string, object?> { ["title"] = russian, ["body"] = $"<p>{russian}</p>" };
            if (madeFrom is not null) text["madeFrom"] = madeFrom;
            translations["ru"] = text;
        }
        return new { section = "news", translations };
    }

    private static async Task<string[]> Announce(HttpClient person, Guid article, Guid session)
    {
        var others = (await person.Send($"PUT /api/articles/{article}/presence/{session}")).Is(HttpStatusCode.OK).As<JsonElement>();
        return [.. others.GetProperty("items").EnumerateArray().Select(Name)];
    }

    private static string Name(JsonElement item) => item.GetProperty("person").GetString()!;

    private async Task<JsonElement> Stage(Guid article, string expected)
    {
        var draft = await people.Ben.Get<JsonElement>($"/api/articles/{article}/draft");
        Assert.Equal(expected, draft.GetProperty("stage").GetString());
        return draft;
    }
}
