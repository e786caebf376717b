using Feedback.Typos;
using Kit;
using Xunit;

namespace Unit.Feedback;

/// <summary>
/// A spot is tracked from version to version. [ and ] mark it in the old text, and in the new text if it must still be there.
/// </summary>
public class SpotTrackingTests
{
    [Theory]
    [InlineData("The [sumit] of", "The [sumit] of")]
    [InlineData("The [sumit] of", "Yesterday the great [sumit] of")]
    [InlineData("The long and old [sumit] of", "The [sumit] of")]
    [InlineData("The [sumit] of", "The summit of")]
    [InlineData("The [sumit] of", "The of")]
    [InlineData("one [cat] two cat", "one dog two cat")]
    [InlineData("one cat two [cat]", "one dog two [cat]")]
    [InlineData("the [red cat] sat", "the red, cat sat")]
    [InlineData("the [cat] sat", "the [cat], sat")]
    [InlineData("组织[秘书常]会见", "上海组织[秘书常]会见")]
    [InlineData("组织[秘书常]会见", "组织秘书长会见")]
    [InlineData("组织[秘书]长会见", "组织[秘书]处会见")]
    [InlineData("a \U0001F469\u200D\U0001F467[famly]", "b \U0001F469\u200D\U0001F467[famly]")]
    [InlineData("s[um]it", "s[um]it of it")]
    public void A_spot_is_found_again_while_its_words_are_unchanged(string old, string now)
    {
        var (from, spot) = Marked(old);
        var (to, expected) = Marked(now);
        Assert.Equal(expected, spot!.Track(from, to));
    }

    [Fact]
    public void A_location_has_the_same_id_in_whichever_version_it_is_reported()
    {
        var article = Versions("<p>The sumit of all</p>", "<p>Today: the sumit of all</p>", "<p>Today: the sumit of everything</p>");
        var ids = article.Versions.Select(v =>
        {
            var spot = SelectionFinder.Find([PartText.OfHtml("en", v.Texts["en"].BodyHtml)], "sumit", "", "").Spot!;
            var (version, origin) = article.Origin(v.ArticleVersion, spot);
            return TypoReport.IdOf(Guid.Empty, version, origin);
        });
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public void A_typo_that_reappears_is_a_new_one()
    {
        var article = Versions("<p>The sumit</p>", "<p>The summit</p>", "<p>The sumit</p>");
        Assert.Equal(1, article.Origin(1, new Spot("en", Part.Body, 4, 5)).Version);
        Assert.Equal(3, article.Origin(3, new Spot("en", Part.Body, 4, 5)).Version);
        Assert.Null(article.InNewest("typo-1", 1, new Spot("en", Part.Body, 4, 5)));
    }

    [Fact]
    public void Versions_can_arrive_in_any_order_and_repeatedly()
    {
        ArticleVersionSeen[] versions = [.. Versions("<p>a</p>", "<p>b</p>", "<p>c</p>").Versions];
        foreach (var random in Some.Seeds(20))
        {
            var article = random.Redelivered(versions).Aggregate(
                (ArticleVersions?)null, (a, v) => ArticleVersions.ApplyVersion(a, v).Aggregate(a, (s, e) => (s ?? new()).Evolve(e)));
            Assert.Equal([1, 2, 3], article!.Versions.Select(v => v.ArticleVersion));
        }
    }

    internal static ArticleVersions Versions(params string[] bodies) =>
        bodies.Select((body, i) => Version(i + 1, body)).Aggregate(new ArticleVersions(), (a, v) => a.Evolve(v));

    internal static ArticleVersionSeen Version(long version, string body) =>
        new(version, "news", new Dictionary<string, Wording> { ["en"] = new("Title", "Lead", body) }, false);

    private static (PartText Part, Spot? Spot) Marked(string text)
    {
        var (start, end) = (text.IndexOf('[', StringComparison.Ordinal), text.IndexOf(']', StringComparison.Ordinal) - 1);
        var part = PartText.OfHtml(
            "en", $"<p>{text.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)}</p>");
        return (part, start < 0 ? null : new Spot("en", Part.Body, start, end - start));
    }
}
