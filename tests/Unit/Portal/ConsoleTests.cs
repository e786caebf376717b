using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Portal;
using Portal.Console;
using Portal.Console.Machine;
using Xunit;

namespace Unit.Portal;

/// <summary>What the console works out by itself: who somebody is, where they are led, how far work is, what an event changed.</summary>
public class ConsoleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(42, "0:42")]
    [InlineData(61.2, "1:02")]
    [InlineData(3723, "1:02:03")]
    [InlineData(90000, "25:00:00")]
    [InlineData(-5, "0:01")]
    public void What_is_left_is_said_in_hours_minutes_and_seconds(double seconds, string left) =>
        Assert.Equal(left, Eta.Left(Noon.AddSeconds(seconds), Noon));

    [Fact]
    public void Where_nobody_can_tell_nothing_is_said() => Assert.Null(Eta.Left(null, Noon));

    [Theory]
    [InlineData("running", 0, 0, 0)]
    [InlineData("running", 1, 3, 33)]
    [InlineData("running", 3, 3, 99)]
    [InlineData("running", 5, 3, 99)]
    [InlineData("completed", 0, 0, 100)]
    public void Only_what_is_done_is_whole(string state, long done, long total, int percent) =>
        Assert.Equal(percent, Eta.Percent(state, done, total));

    [Fact]
    public void What_an_event_changed_is_said_place_by_place()
    {
        var before = JsonElement.Parse("""{"title":"Old","tags":["a","b"],"by":{"name":"Ann"},"note":"x","empty":[]}""");
        var after = JsonElement.Parse("""{"title":"New","tags":["a"],"by":{"name":"Ann"},"count":1,"empty":[]}""");

        Assert.Equal(
            [new("title", "Old", "New"), new("count", null, "1"), new("tags[1]", "b", null), new("note", "x", null)],
            StateChanges.Between(before, after));
        Assert.Empty(StateChanges.Between(after, after));
    }

    [Fact]
    public void A_first_event_changes_everything() =>
        Assert.Equal([new Change("a.b", null, "true")], StateChanges.Between(null, JsonElement.Parse("""{"a":{"b":true}}""")));

    [Fact]
    public void A_message_that_is_no_JSON_is_shown_as_it_is()
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
    public void Whoever_signs_in_is_led_to_the_console_and_nowhere_else(string? back, string led) =>
        Assert.Equal(led, ConsoleLanguage.Back(back));

    [Fact]
    public void A_person_has_the_roles_of_their_token_for_as_long_as_it_is_valid()
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
    public void A_session_whose_tokens_may_be_renewed_lasts_longer_than_they_do()
    {
        var (_, properties) = Session.Of(SessionTokens.Begin(Kit.Tokens.For("editor"), "refresh", Noon));
        Assert.Equal(Noon + SessionTokens.MaxLength, properties.ExpiresUtc);
    }

    [Fact]
    public void An_answer_that_is_no_yes_says_why()
    {
        Assert.Null(new Answer<string>(null, HttpStatusCode.NoContent, null, []).Refused);
        Assert.Equal(new Refused(HttpStatusCode.NotFound, null), new Answer<string>(null, HttpStatusCode.NotFound, null, []).Refused);
    }
}
