using Articles.Publishing;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Articles;

public class DefineSectionTests
{
    private static readonly Dictionary<string, string> Names = new() { ["en"] = "News", ["ru"] = "Новости", ["zh"] = "新闻" };
    private static readonly Dictionary<string, string> Renamed = new(Names) { ["en"] = "Events" };

    [Fact]
    public void A_section_is_created() => Spec<Section>.Given().When(new DefineSection(1, Names).Decide).Then(new SectionDefined(1, Names));

    [Fact]
    public void A_section_is_renamed() =>
        Spec<Section>.Given(new SectionDefined(1, Names)).When(new DefineSection(1, Renamed).Decide).Then(new SectionDefined(1, Renamed));

    [Fact]
    public void A_section_is_moved() =>
        Spec<Section>.Given(new SectionDefined(1, Names)).When(new DefineSection(2, Names).Decide).Then(new SectionDefined(2, Names));

    [Fact]
    public void Defining_the_same_section_again_changes_nothing() =>
        Spec<Section>.Given(new SectionDefined(1, Names))
            .When(new DefineSection(1, new Dictionary<string, string>(Names)).Decide)
            .ThenNothing();

    [Theory]
    [InlineData("News", "key")]
    [InlineData("1st", "key")]
    [InlineData("news\n", "key")]
    [InlineData("a-name-that-is-much-longer-than-forty-characters", "key")]
    public void A_malformed_key_is_rejected(string key, string field) =>
        Assert.Equal(field, Assert.Throws<Malformed>(() => new SectionRequest(1, Names).Validate(key)).Field);

    [Fact]
    public void A_section_without_a_name_in_every_language_is_rejected() =>
        Assert.Equal(
            "names.zh", Assert.Throws<Malformed>(() => new SectionRequest(1, new(Names.Where(n => n.Key != "zh"))).Validate("news")).Field);

    [Fact]
    public void A_name_in_an_unsupported_language_is_rejected() =>
        Assert.Equal(
            "names.fr", Assert.Throws<Malformed>(() => new SectionRequest(1, new(Names) { ["fr"] = "Nouvelles" }).Validate("news")).Field);
}
