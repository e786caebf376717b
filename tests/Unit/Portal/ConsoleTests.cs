using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Portal;
using Portal.Console;
using Portal.Console.Machine;
using Xunit;

namespace Unit.Portal;

/// <summary>The logic of the console: sessions, redirects, progress, and the comparison of states.</summary>
public class ConsoleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(42, "0:42")]
    [InlineData(61.2, "1:02")]
    [InlineData(3723, "1:02:03")]
    [InlineData(90000, "25:00:00")]
    [InlineData(-5, "0:01")]
    public void The_remaining_time_is_formatted_in_hours_minutes_and_seconds(double seconds, string left) =>
        Assert.Equal(left, Eta.Left(Noon.AddSeconds(seconds), Noon));

    [Fact]
    public void An_unknown_remaining_time_is_not_displayed() => Assert.Null(Eta.Left(null, Noon));

    [Theory]
    [InlineData("running", 0, 0, 0)]
    [InlineData("running", 1, 3, 33)]
    [InlineData("running", 3, 3, 99)]
    [InlineData("running", 5, 3, 99)]
    [InlineData("completed", 0, 0, 100)]
    public void Only_a_completed_replay_shows_100_percent(string state, long done, long total, int percent) =>
        Assert.Equal(percent, Eta.Percent(state, done, total));

    [Fact]
    public void The_changes_of_an_event_are_listed_value_by_value()
    {
        var before = JsonElement.Parse("""{"title":"Old","tags":["a","b"],"by":{"name":"Ann"},"note":"x","empty":[]}""");
        var after = JsonElement.Parse("""{"title":"New","tags":["a"],"by":{"name":"Ann"},"count":1,"empty":[]}""");

        Assert.Equal(
            [new("title", "Old", "New"), new("count", null, "1"), new("tags[1]", "b", null), new("note", "x", null)],
            StateChanges.Between(before, after));
        Assert.Empty(StateChanges.Between(after, after));
    }

    [Fact]
    public void The_first_event_of_a_stream_changes_every_value() =>
        Assert.Equal([new Change("a.b", null, "true")], StateChanges.Between(null, JsonElement.Parse("""{"a":{"b":true}}""")));

    [Fact]
    public void A_message_that_is_not_JSON_is_shown_unchanged()
    {
        Assert.Equal("event 7", StateChanges.Pretty("event 7"));
        Assert.Equal("{\n  \"слово\": 1\n}", StateChanges.Pretty("""{"слово":1}"""));
    }

    [Theory]
    [InlineData("/console/replays?x=1", "/console/replays?x=1")]
    [InlineData("/console?x", "/console?x")]
    [InlineData("/console", "/console")]
    [InlineData("/consoles", "/console")]
    [InlineData("https://other.example/console", "/console")]
    [InlineData("//other.example", "/console")]
    [InlineData("/console/\\other.example", "/console")]
    [InlineData(null, "/console")]
    public void Signing_in_redirects_only_to_pages_of_the_console(string? back, string led) =>
        Assert.Equal(led, ConsoleLanguage.Back(back));

    [Fact]
    public void A_session_has_the_roles_and_the_expiry_of_its_token()
    {
        var token = new JsonWebToken(Kit.Tokens.For("editor", "admin"));
        var (person, properties) = Session.Of(SessionTokens.Begin(token.EncodedToken, null, Noon));

        Assert.True(person.IsInRole("editor") && person.IsInRole("admin") && !person.IsInRole("operator"));
        Assert.Equal(token.ValidTo, properties.ExpiresUtc!.Value.UtcDateTime);
    }

    [Fact]
    public void A_session_keeps_only_roles_that_the_platform_knows()
    {
        string[] foreign = [.. Enumerable.Range(0, 1000).Select(i => $"other-application-{i}")];
        var (person, _) = Session.Of(SessionTokens.Begin(Kit.Tokens.For(["editor", .. foreign, "editor"]), null, Noon));

        Assert.Equal("editor", Assert.Single(person.FindAll("role")).Value);
    }

    [Fact]
    public void A_session_with_a_refresh_token_outlives_its_access_token()
    {
        var (_, properties) = Session.Of(SessionTokens.Begin(Kit.Tokens.For("editor"), "refresh", Noon));
        Assert.Equal(Noon + SessionTokens.MaxLength, properties.ExpiresUtc);
    }

    [Fact]
    public void An_unsuccessful_response_has_a_rejection()
    {
        Assert.Null(new Answer<string>(null, HttpStatusCode.NoContent, null, []).Refused);
        Assert.Equal(new Refused(HttpStatusCode.NotFound, null), new Answer<string>(null, HttpStatusCode.NotFound, null, []).Refused);
    }
}
