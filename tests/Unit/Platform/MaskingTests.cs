using System.Text.Json;
using Articles.Publishing;
using Comments.People;
using Comments.Posting;
using Feedback.Messages;
using Feedback.Typos;
using Kit;
using Platform.Replays.Admin;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;

namespace Unit.Platform;

/// <summary>Operators see stored data without personal data and without unpublished text.</summary>
public class MaskingTests
{
    private const string Secret = "ann-secret";

    private static readonly Dictionary<string, Wording> Served = new() { ["en"] = new("Public title", "", "") };

    public static TheoryData<object> Confidential { get; } = new()
    {
        new ArticleDrafted(Content(("en", Text(Secret, Secret, "a-slug")))),
        new DraftRevised(Content(("en", Text(Secret, Secret, "a-slug")))),
        new CommentPosted(Some.Id(), null, Secret, Secret, Some.Noon, null) { EditHash = Secret },
        new CommentEdited(Some.Id(), Secret, Some.Noon, null, true),
        new PersonBanned(Secret, Some.Noon),
        new MessageReceived(Topic.General, Secret, $"{Secret}@example.org", Secret, Some.Noon),
        new TicketAnswered(Some.Id(), Secret, Some.Noon),
        new TypoReported(
            Some.Id(),
            Some.Id(),
            "news",
            "Title",
            1,
            new Spot("en", Part.Body, 0, 5),
            "",
            "sumit",
            "",
            Secret,
            $"{Secret}@example.org",
            Some.Noon),
    };

    [Theory]
    [MemberData(nameof(Confidential), DisableDiscoveryEnumeration = true)]
    public void Confidential_properties_of_an_event_are_masked(object stored)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(stored.GetType().Name);
        var data = JsonSerializer.SerializeToElement(stored, stored.GetType(), Json.Http);
        Assert.Contains(Secret, data.GetRawText(), StringComparison.Ordinal);
        var masked = new Masking(stored.GetType().Assembly).Event(name, data);
        Assert.DoesNotContain(Secret, masked.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, masked.ValueKind);
    }

    [Fact]
    public void Public_properties_are_not_masked()
    {
        var data = JsonSerializer.SerializeToElement(new ArticleVersionSeen(1, "news", Served, false), Json.Http);
        Assert.Equal(data.GetRawText(), new Masking(typeof(ArticleVersionSeen).Assembly).Event("article_version_seen", data).GetRawText());
    }

    [Fact]
    public void An_event_of_an_unknown_type_and_an_unknown_property_are_masked()
    {
        var masking = new Masking(typeof(CommentPosted).Assembly);
        Assert.Equal(Masking.Mask, masking.Event("of_a_newer_version", JsonElement.Parse($$"""{"text":"{{Secret}}"}""")).GetString());
        Assert.Equal(
            $$"""{"nickname":"{{Masking.Mask}}"}""",
            masking.Event("comment_posted", JsonElement.Parse($$"""{"nickname":"{{Secret}}"}""")).GetRawText());
    }

    [Fact]
    public void Confidential_properties_of_a_state_are_masked_at_any_depth()
    {
        var ticket = new ContactTicket()
            .Evolve(new MessageReceived(Topic.General, Secret, Secret, Secret, Some.Noon))
            .Evolve(new TicketAnswered(Some.Id(), Secret, Some.Noon));
        var article = new Article().Evolve(new ArticleDrafted(Content(("en", Text(Secret, Secret, "a-slug")))));
        foreach (var state in new object[] { ticket, article })
        {
            Assert.Contains(Secret, JsonSerializer.Serialize(state, state.GetType(), Json.Http), StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, $"{new Masking(state.GetType().Assembly).State(state)}", StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(
        $$$"""{"messageType":["urn:message:A:B"],"message":{"author":"{{{Secret}}}","texts":[{"en":"{{{Secret}}}"}],"comments":7}}""")]
    [InlineData($$"""{"message":"{{Secret}}"}""")]
    [InlineData(Secret)]
    [InlineData($$"""{"message":{"author":"{{Secret}} ...""")]
    public void The_texts_of_a_failed_message_are_masked(string body) =>
        Assert.DoesNotContain(Secret, Masking.Message(body), StringComparison.Ordinal);

    [Fact]
    public void The_ids_and_times_of_a_failed_message_are_not_masked()
    {
        var id = Some.Id();
        var body =
            $$$"""{"messageType":["urn:message:A:B"],"message":{"streamId":"article-{{{id}}}","articleId":"{{{id}}}","""
            + "\"occurredAt\":\"2026-01-02T12:00:00Z\",\"comments\":7}}";
        Assert.Equal(body, Masking.Message(body));
    }
}
