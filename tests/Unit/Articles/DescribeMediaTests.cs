using Articles.Media;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.SomeMedia;

namespace Unit.Articles;

public class DescribeMediaTests
{
    [Fact]
    public void A_picture_is_described() =>
        Spec<MediaItem>.Given(Uploaded).When(new DescribeMedia(Description()).Decide).Then(new MediaDescribed(Description()));

    [Fact]
    public void The_same_description_changes_nothing() =>
        Spec<MediaItem>.Given(Uploaded, new MediaDescribed(Description())).When(new DescribeMedia(Description()).Decide).ThenNothing();

    [Fact]
    public void A_description_is_changed() =>
        Spec<MediaItem>.Given(Uploaded, new MediaDescribed(Description()))
            .When(new DescribeMedia(Description("A large hall")).Decide)
            .Then(new MediaDescribed(Description("A large hall")));

    [Fact]
    public void A_missing_picture_cannot_be_described()
    {
        Spec<MediaItem>.Given().When(new DescribeMedia(Description()).Decide).ThenThrows<NotFound>("no picture");
        Spec<MediaItem>.Given(Uploaded, new MediaDeleted())
            .When(new DescribeMedia(Description()).Decide)
            .ThenThrows<NotFound>("no picture");
    }

    [Fact]
    public void Texts_are_cleaned_and_keyed_by_the_languages_of_the_site()
    {
        var described = new MediaDescriptionRequest(
            new() { ["zh"] = " 大厅 ", ["en"] = "A <b>hall</b>" }, null, " A. Photographer ", "", 0.33333, 1).ToDescription();
        Assert.Equal(["en", "zh"], described.Alt.Keys);
        Assert.Equal("A hall", described.Alt["en"]);
        Assert.Empty(described.Caption);
        Assert.Equal(("A. Photographer", null, 0.333, 1), (described.Credit, described.Licence, described.FocalX, described.FocalY));
    }

    [Theory]
    [InlineData("de", "Saal", "alt.de")]
    [InlineData("en", "  ", "alt.en")]
    [InlineData("en", "\u200B", "alt.en")]
    public void Invalid_texts_are_refused_with_their_field(string language, string text, string field) => Assert.Equal(
        field,
        Assert.Throws<Malformed>(() => new MediaDescriptionRequest(new() { [language] = text }).ToDescription()).Field);
}
