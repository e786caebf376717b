using System.Net;
using System.Text.Json;
using CsCheck;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

public class HistoryTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private enum Edit { Draft, Publish, Retract, Correct, Restore, Wait }

    /// <summary>
    /// After each edit the response for readers is recorded with the time. Afterwards <c>asOf</c> with each time must return that response.
    /// </summary>
    [Fact]
    public async Task An_article_as_of_any_past_time_is_what_readers_saw_then()
    {
        var edits = Gen.Enum<Edit>().Array[4, 14];
        await edits.SampleAsync(async sequence =>
        {
            var id = Guid.CreateVersion7();
            var served = new List<(DateTimeOffset At, string? Text)>();
            var words = 0;
            var versions = 0;
            foreach (var edit in sequence.Prepend(Edit.Draft))
            {
                var path = $"/api/articles/{id}";
                var answer = edit switch
                {
                    Edit.Draft => await desk.Put(
                        id,
                        Body(new
                        {
                            en = Text($"Title {++words}", $"<p>Body {words} teh end</p>", slug: $"{id:N}-{words % 3}"),
                            ru = Text($"Имя {words}", slug: $"{id:N}-ru"),
                        })),
                    Edit.Publish => await desk.Post(path + "/publish"),
                    Edit.Retract => await desk.Post(path + "/retract", new { note = $"Note {words}" }),
                    Edit.Correct =>
                        await desk.Post(path + "/correct", new { lang = "en", selection = "teh", replacement = "the", note = "A typo." }),
                    Edit.Restore => await desk.Post(path + "/restore", new { version = 1 + words % Math.Max(1, versions) }),
                    _ => null,
                };
                Assert.True(answer is null || (int)answer.StatusCode < 500, $"{edit}: {answer?.StatusCode}");
                if (answer?.Headers.ETag is { } tag)
                    versions = int.Parse(tag.Tag.Trim('"'), System.Globalization.CultureInfo.InvariantCulture);
                served.Add((await Now(), await Served($"{path}?lang=en", desk.Reader)));
            }
            foreach (var (at, text) in served)
                Assert.Equal(text, await Served($"/api/articles/{id}?lang=en&asOf={Uri.EscapeDataString(at.ToString("O"))}", desk.Editor));
        }, iter: 25, threads: 2);
    }

    [Fact]
    public async Task Editors_can_view_the_history_compare_versions_and_restore_one()
    {
        var id = await desk.Published(Body(English("First title", "<p>one two three</p>", $"history-{Guid.CreateVersion7():N}")));
        var draft = await desk.Get($"/api/articles/{id}/draft", desk.Editor);
        var slug = draft.GetProperty("draft").GetProperty("texts").GetProperty("en").GetProperty("slug").GetString()!;
        await Ok(desk.Put(id, Body(English("Second title", "<p>one 2 three</p>", slug)), "\"2\""));
        await Ok(desk.Post($"/api/articles/{id}/publish", new { correction = "The number is written with a digit." }, "\"3\""));
        var diff = await desk.Get($"/api/articles/{id}/diff?from=2&to=4", desk.Editor);
        Assert.Equal(["title", "body"], diff.GetProperty("fields").EnumerateArray().Select(f => f.GetProperty("field").GetString()!));
        Assert.Contains("{\"change\":\"deleted\",\"text\":\"two\"}", diff.ToString(), StringComparison.Ordinal);
        Assert.Equal("First title", (await desk.Get($"/api/articles/{id}?version=3", desk.Editor)).GetProperty("title").GetString());
        Assert.Equal(
            "The number is written with a digit.",
            (await desk.Get($"/api/articles/{id}")).GetProperty("corrections")[0].GetProperty("note").GetString());

        await Ok(desk.Post($"/api/articles/{id}/restore", new { version = 2 }, "\"4\""));
        Assert.Equal("Second title", (await desk.Get($"/api/articles/{id}")).GetProperty("title").GetString());
        await Ok(desk.Post($"/api/articles/{id}/publish", null, "\"5\""));
        Assert.Equal("First title", (await desk.Get($"/api/articles/{id}")).GetProperty("title").GetString());
        var history = (await desk.Get($"/api/articles/{id}/history?limit=3", desk.Editor));
        Assert.Equal(
            ["revised", "restored", "corrected"],
            history.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("what").GetString()!));
        Assert.Equal("editor", history.GetProperty("items")[0].GetProperty("by").GetString());
        Assert.Equal(
            HttpStatusCode.PreconditionFailed, (await desk.Post($"/api/articles/{id}/restore", new { version = 2 }, "\"2\"")).StatusCode);
    }

    [Theory]
    [InlineData("history")]
    [InlineData("draft")]
    [InlineData("diff?from=1&to=2")]
    [InlineData("?version=1")]
    [InlineData("?asOf=2020-01-01T00:00:00Z")]
    public async Task Only_editors_can_read_drafts_and_past_versions(string what)
    {
        var id = await desk.Published();
        var path = what[0] == '?' ? $"/api/articles/{id}{what}" : $"/api/articles/{id}/{what}";
        Assert.Equal(HttpStatusCode.Unauthorized, await desk.Status(path));
        Assert.Equal(HttpStatusCode.Forbidden, await desk.Status(path, desk.Client("moderator")));
    }

    private static readonly string[] ComparedFields =
    [
        "slug", "lang", "title", "lead", "bodyHtml", "publishedAt", "revisedAt", "retractionNote", "version", "section", "tags",
        "translations", "corrections", "fallback",
    ];

    private static async Task<string?> Served(string path, HttpClient client)
    {
        var answer = await client.GetAsync(path);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        var view = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        return string.Join('\n', ComparedFields.Select(t => view.TryGetProperty(t, out var value) ? value.ToString() : "-"));
    }

    /// <summary>The time of the database, which dates the events.</summary>
    private async Task<DateTimeOffset> Now() => new(await desk.Servers.Query<DateTime>("select clock_timestamp()"), TimeSpan.Zero);
}
