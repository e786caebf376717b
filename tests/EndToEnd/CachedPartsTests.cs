using System.Net;
using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>The parts of the front page whose content depends on other streams than those that they show, or on the time.</summary>
public class CachedPartsTests(RunningPlatform platform) : EndToEndTests(platform)
{
    [Fact]
    public async Task The_most_discussed_articles_are_cached_until_another_article_enters_the_list()
    {
        const string Address = "/api/most-discussed?limit=100";
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        Assert.Null(Entry(await Platform.Reader.Read(Address), article));
        await IsServedFromTheCache(Address);
        foreach (var comments in new[] { 1, 2 })
        {
            Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(article)).StatusCode);
            await Platform.Reader.WaitUntilCountIs(article, comments);
            await Eventually.IsTrue(
                async () => Entry(await Platform.Reader.Read(Address), article)?["commentCount"]!.GetValue<int>() == comments,
                "the list shows the count",
                TimeSpan.FromSeconds(20)); // An entry expires after 60 seconds.
        }
    }

    [Fact]
    public async Task The_states_at_a_time_are_cached_until_a_state_is_changed_and_the_current_time_is_not_cached()
    {
        const string Address = "/api/states?asOf=2990-06-01";
        using var operators = await Platform.SignedIn("operator");
        foreach (var name in new[] { "Atlantis", "New Atlantis" })
        {
            await IsServedFromTheCache(Address);
            (await operators.Send("PUT /api/states/QQ", State(name), ifMatch: "*")).Is(HttpStatusCode.NoContent);
            var states = (await Platform.Reader.Read(Address))["items"]!.AsArray();
            Assert.Equal(name, states.Single(s => s!["state"]!.ToString() == "QQ")!["names"]!["en"]!.ToString());
        }
        using var now = await Platform.Reader.GetAsync("/api/states", Cancelled);
        Assert.DoesNotContain(now.Headers, h => h.Key == "Cache-Status");
        Assert.DoesNotContain("Atlantis", await now.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    /// <summary>A state that joins the organisation in a distant future, so that no other test sees it.</summary>
    private static object State(string name) => new
    {
        order = 900,
        names = new { en = name, ru = name, zh = name },
        statuses = new[] { new { from = "2990-01-01", status = "member" } },
        capitals = new[] { new { from = "2990-01-01", names = new { en = "Capital", ru = "Capital", zh = "Capital" }, timeZone = "UTC" } },
        currencies = new[] { new { from = "2990-01-01", code = "XAU" } },
    };

    private static JsonNode? Entry(JsonNode list, Guid article) =>
        list["items"]!.AsArray().SingleOrDefault(i => i!["id"]!.GetValue<Guid>() == article);

    private Task IsServedFromTheCache(string address) => Eventually.IsTrue(async () =>
    {
        using var answer = await Platform.Reader.GetAsync(address, Cancelled);
        return answer.Headers.GetValues("Cache-Status").Single() == "gateway; hit";
    }, "a response is served from the cache", Patience);
}
