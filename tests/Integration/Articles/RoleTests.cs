using System.Net;
using System.Text.Json;
using Articles.Publishing;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Integration.Articles.Colleagues;

namespace Integration.Articles;

/// <summary>What authors, editors and publishers may do, and the four-eyes rule of sections, enforced by the service.</summary>
public class RoleTests(Colleagues people) : IClassFixture<Colleagues>
{
    private HttpClient Ann => people.Ann;
    private HttpClient Eve => people.Eve;
    private HttpClient Ben => people.Ben;
    private HttpClient Pia => people.Pia;

    [Theory]
    [InlineData("publish", null), InlineData("schedule", "{\"at\":\"2099-01-01T00:00:00Z\"}"), InlineData("unschedule", null)]
    [InlineData("retract", "{\"note\":\"n\"}"), InlineData("approve", null)]
    [InlineData("correct", "{\"lang\":\"en\",\"selection\":\"a\",\"replacement\":\"b\",\"note\":\"n\"}")]
    public async Task An_author_writes_and_submits_a_draft_and_publishes_nothing(string action, string? body)
    {
        var id = await Writes(Ben, "news");
        (await Ben.Send($"PUT /api/articles/{id}", Draft("Second", "news"), "\"1\"")).Is(HttpStatusCode.NoContent);
        (await Does(Ben, id, "submit")).Is(HttpStatusCode.NoContent);
        (await Does(Ben, id, action, body)).IsProblem(403);
        (await Ben.Send($"PUT /api/articles/{id}/assignee", new { person = "ben" }, "*")).IsProblem(403);
        (await Ben.Send("PUT /api/sections/news/four-eyes", new { required = false })).IsProblem(403);
        Assert.Equal(HttpStatusCode.NotFound, await people.Desk.Status($"/api/articles/{id}"));
    }

    [Fact]
    public async Task An_author_adds_pictures_and_changes_them_until_readers_see_them()
    {
        var (id, token) = (Some.Id(), TestContext.Current.CancellationToken);
        using var picture = new ByteArrayContent(SomePicture.Png(seed: 40));
        using (var added = await Ben.PutAsync($"/api/media/{id}?name=hall.png", picture, token))
            Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        (await Ben.Send($"PUT /api/media/{id}/description", new { alt = new { en = "A hall" } }, "*")).Is(HttpStatusCode.NoContent);
        (await Ben.Send($"PUT /api/media/{id}/name", new { name = "hall 2.png" }, "*")).Is(HttpStatusCode.NoContent);
        (await Ben.Send($"DELETE /api/media/{id}", null, "*")).IsProblem(403);

        await new MediaLibrary(people.Desk).Published(id);
        const string Shown = "A published article shows this picture";
        (await Ben.Send($"PUT /api/media/{id}/description", new { credit = "Ben" }, "*")).IsProblem(403, Shown);
        (await Ben.Send($"PUT /api/media/{id}/name", new { name = "hall 3.png" }, "*")).IsProblem(403, Shown);
        (await Ben.Send($"PUT /api/media/{id}", null, "*")).IsProblem(403, Shown);
        (await Pia.Send($"PUT /api/media/{id}/description", new { credit = "Ben" }, "*")).Is(HttpStatusCode.NoContent);
        (await Pia.Send($"DELETE /api/media/{id}?force=true", null, "*")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_author_has_access_to_their_own_articles_only_until_another_is_assigned_to_them()
    {
        var (own, others) = (await Writes(Ben, "news"), await Writes(Ann, "news"));
        await Does(Ann, others, "publish");
        string[] reads = ["draft", "history", "diff?from=1&to=1", "notes", "presence"];
        foreach (var path in reads)
        {
            (await Ben.Send($"GET /api/articles/{own}/{path}")).Is(HttpStatusCode.OK);
            (await Ben.Send($"GET /api/articles/{others}/{path}")).IsProblem(403, "Authors");
            (await Pia.Send($"GET /api/articles/{own}/{path}")).Is(HttpStatusCode.OK);
        }
        (await Ben.Send($"PUT /api/articles/{others}", Draft("Mine now", "news"), "*")).IsProblem(403, "Authors");
        (await Does(Ben, others, "submit")).IsProblem(403, "Authors");
        (await Does(Ben, others, "return")).IsProblem(403, "Authors");
        (await Does(Ben, others, "restore", new { version = 1 })).IsProblem(403, "Authors");
        (await Ben.Send($"PUT /api/articles/{others}/notes/{Some.Id()}", new { text = "Hello" })).IsProblem(403, "Authors");
        (await Ben.Send($"PUT /api/articles/{others}/presence/{Some.Id()}")).IsProblem(403, "Authors");
        var listed = await people.Desk.Listed("state=all", Ben);
        Assert.Contains(own, listed);
        Assert.DoesNotContain(others, listed);

        (await Pia.Send($"PUT /api/articles/{others}/assignee", new { person = "ben" }, "*")).Is(HttpStatusCode.NoContent);
        Assert.Contains(others, await people.Desk.Listed("state=all&assignee=me", Ben));
        (await Ben.Send($"PUT /api/articles/{others}", Draft("Assigned", "news"), "*")).Is(HttpStatusCode.NoContent);
        (await Pia.Send($"PUT /api/articles/{others}/assignee", new { }, "*")).Is(HttpStatusCode.NoContent);
        (await Ben.Send($"PUT /api/articles/{others}", Draft("No longer", "news"), "*")).IsProblem(403, "Authors");
    }

    [Fact]
    public async Task A_publisher_reviews_and_publishes_but_does_not_write()
    {
        var id = await Writes(Ben, "news");
        (await Pia.Send($"PUT /api/articles/{id}", Draft("Mine", "news"), "*")).IsProblem(403);
        (await Does(Pia, id, "restore", new { version = 1 })).IsProblem(403);
        (await Does(Pia, id, "approve")).Is(HttpStatusCode.NoContent);
        (await Does(Pia, id, "publish")).Is(HttpStatusCode.NoContent);
        (await Does(Pia, id, "retract", new { note = "It was wrong." })).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_author_cannot_change_a_scheduled_draft()
    {
        var id = await Writes(Ben, "news");
        (await Does(Ann, id, "schedule", new { at = people.Desk.Clock.GetUtcNow().AddYears(1) })).Is(HttpStatusCode.NoContent);
        (await Ben.Send($"PUT /api/articles/{id}", Draft("Unseen", "news"), "*")).IsProblem(409, "cancel the schedule");
        (await Does(Ann, id, "unschedule")).Is(HttpStatusCode.NoContent);
        (await Ben.Send($"PUT /api/articles/{id}", Draft("Seen", "news"), "*")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task The_author_of_the_last_change_needs_a_second_person_in_a_strict_section()
    {
        const string Type = "urn:problem-type:second-person-required";
        var id = await Writes(Ann);
        (await Does(Ann, id, "publish")).IsProblem(403, Type);
        (await Does(Ann, id, "approve")).IsProblem(403, Type);
        var due = new { at = people.Desk.Clock.GetUtcNow().AddYears(1) };
        (await Does(Ann, id, "schedule", due)).IsProblem(403, Type);

        (await Does(Eve, id, "publish")).Is(HttpStatusCode.NoContent);
        (await Does(Eve, id, "publish")).Is(HttpStatusCode.NoContent); // repeated, and nothing changes
        (await Does(Ann, id, "correct", new { lang = "en", selection = "First", replacement = "Second", note = "A slip." }))
            .IsProblem(403, Type);
        (await Eve.Send($"PUT /api/articles/{id}", Draft("Changed by Eve"), "*")).Is(HttpStatusCode.NoContent);
        (await Does(Eve, id, "publish")).IsProblem(403, Type);
        (await Does(Ann, id, "publish")).Is(HttpStatusCode.NoContent);

        // The rule applies to a draft that has left the section, because readers still see the article there.
        (await Ann.Send($"PUT /api/articles/{id}", Draft("Moved", "news"), "*")).Is(HttpStatusCode.NoContent);
        (await Does(Ann, id, "publish")).IsProblem(403, Type);
        (await Does(Pia, id, "publish")).Is(HttpStatusCode.NoContent);
        (await Ann.Send($"PUT /api/articles/{id}", Draft("Free"), "*")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_change_of_a_scheduled_draft_cancels_the_schedule_in_a_strict_section()
    {
        var (strict, free) = (await Writes(Ann), await Writes(Ann, "news"));
        var due = new { at = people.Desk.Clock.GetUtcNow().AddYears(1) };
        foreach (var id in new[] { strict, free }) (await Does(Eve, id, "schedule", due)).Is(HttpStatusCode.NoContent);
        (await Eve.Send($"PUT /api/articles/{strict}", Draft("Unseen"), "*")).Is(HttpStatusCode.NoContent);
        (await Eve.Send($"PUT /api/articles/{free}", Draft("Unseen", "news"), "*")).Is(HttpStatusCode.NoContent);
        Assert.False((await Ann.Get<JsonElement>($"/api/articles/{strict}/draft")).TryGetProperty("scheduledFor", out _));
        Assert.True((await Ann.Get<JsonElement>($"/api/articles/{free}/draft")).TryGetProperty("scheduledFor", out _));
    }

    [Fact]
    public async Task The_rule_applies_to_changes_whose_author_is_in_the_metadata_only()
    {
        var id = await Writes(Eve);
        await using (var session = people.Desk.Services.GetRequiredService<IDocumentStore>().LightweightSession())
        {
            var draft = (await session.LoadAsync<Article>($"article-{id}", TestContext.Current.CancellationToken))!.Draft!;
            session.LastModifiedBy = "ann";
            session.Events.Append($"article-{id}", new DraftRevised(draft with { Tags = ["trade"] }));
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal("ann", (await Eve.Get<JsonElement>($"/api/articles/{id}/draft")).GetProperty("changedBy").GetString());
        (await Does(Ann, id, "publish")).IsProblem(403, "two persons");
        (await Does(Eve, id, "publish")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Nothing_is_published_by_an_import_into_a_strict_section()
    {
        var line = JsonSerializer.Serialize(new { id = Some.Id(), content = Draft("Imported"), publishedAt = "2020-01-01T00:00:00Z" });
        var answer = (await Ann.Send("POST /api/import/articles", line, contentType: "application/x-ndjson")).Is(HttpStatusCode.OK);
        Assert.Contains("two persons", answer.Body, StringComparison.Ordinal);
        var draft = JsonSerializer.Serialize(new { id = Some.Id(), content = Draft("Imported") });
        answer = (await Ann.Send("POST /api/import/articles", draft, contentType: "application/x-ndjson")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("two persons", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_publishers_decide_which_sections_require_two_persons()
    {
        (await Ann.Send("PUT /api/sections/news/four-eyes", new { required = true })).IsProblem(403);
        (await Pia.Send("PUT /api/sections/nowhere/four-eyes", new { required = true })).IsProblem(404);
        var sections = (await people.Desk.Get("/api/sections")).GetProperty("items").EnumerateArray().ToArray();
        Assert.True(sections.Single(s => s.GetProperty("key").GetString() == Strict).GetProperty("fourEyes").GetBoolean());
        Assert.False(sections.Single(s => s.GetProperty("key").GetString() == "news").TryGetProperty("fourEyes", out _));
        // An editor who renames the section does not switch off the rule.
        (await Ann.Send($"PUT /api/sections/{Strict}", new { order = 4, names = Editor.Names }, "*")).Is(HttpStatusCode.NoContent);
        var id = await Writes(Ann);
        (await Does(Ann, id, "publish")).IsProblem(403, "two persons");
    }
}
