using System.Xml.Linq;
using Kit;
using Portal.Console.Desks;
using Xunit;

namespace Unit.Portal;

/// <summary>Desks explain rejected fields in the language of the console, with the label of the field.</summary>
public class ExplanationTests
{
    [Theory]
    [InlineData("translations.en.title", "Title", "title", "en")]
    [InlineData("Translations", "Translations", "translations", null)]
    [InlineData("Translations[ru].Body", "Body", "body", "ru")]
    [InlineData("$.translations.zh", "Translations", "characters", "zh")]
    [InlineData("Cover.Alt", "CoverAlt", "coverAlt", null)]
    [InlineData("cover.alt.ru", "CoverAlt", "coverAlt", "ru")]
    [InlineData("Cover.Url", "CoverUrl", "coverUrl", null)]
    [InlineData("picture", "Picture", "picture", null)]
    [InlineData("alt.zh", "AltText", "pictureText", "zh")]
    [InlineData("$.tags[0]", "Tags", "tags", null)]
    [InlineData("at", "Field.at", "future", null)]
    [InlineData("reason", "Field.reason", "words", null)]
    [InlineData("translations.ru.madeFrom.version", "Translations", "madeFrom", "ru")]
    [InlineData("person", "Assignee", "upTo200", null)]
    [InlineData("ClosedAfterDays", "ClosedAfterDays", "days", null)]
    [InlineData("If-Match", "Field.other", "other", null)]
    [InlineData("", "Field.other", "other", null)]
    public void A_rejected_field_is_shown_with_its_label(string field, string label, string rule, string? lang) =>
        Assert.Equal(new Explanation(label, rule, lang), Explanation.Of(field));

    [Fact]
    public void Every_label_and_rule_has_a_text()
    {
        string[] fields =
        [
            "translations", "translations.en", "translations.en.title", "translations.en.lead",
            "translations.en.body", "translations.en.slug", "cover.alt", "cover.url", "section", "tags", "occurredOn", "author",
            "source", "related", "correction", "note", "reason", "at", "replacement", "text", "closedAfterDays", "mode", "q", "person",
            "translations.ru.madeFrom.lang", "other", "picture", "alt.en", "caption.en", "credit", "licence", "name",
        ];
        var keys = XDocument.Parse(Repository.Read("portal", "Resources", "DeskTexts.resx")).Root!
            .Elements("data").Select(d => d.Attribute("name")!.Value).ToHashSet();

        Assert.All(fields.Select(Explanation.Of), e => Assert.Subset(keys, new HashSet<string> { e.Label, $"Rule.{e.Rule}" }));
    }

    [Theory]
    [InlineData("Editing"), InlineData("Media"), InlineData("Moderation"), InlineData("Feedback"), InlineData("Desks")]
    public void No_desk_shows_the_message_of_a_service_without_an_explanation(string folder) => Assert.All(
        Directory.GetFiles(Repository.Path("portal", "Console", folder), "*.razor")
            .Where(f => !f.EndsWith("DeskRefusal.razor", StringComparison.Ordinal)),
        file => Assert.DoesNotContain("<Refusal ", File.ReadAllText(file), StringComparison.Ordinal));
}
