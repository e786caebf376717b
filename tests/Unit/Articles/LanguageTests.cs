using Platform.Contracts;
using Platform.Web;
using Xunit;

namespace Unit.Articles;

public class LanguageTests
{
    private static readonly Dictionary<string, int> RussianAndChinese = new() { ["zh"] = 3, ["ru"] = 2 };

    [Fact]
    public void English_is_the_default_language() => Assert.Equal("en", Language.OrDefault(null));

    [Fact]
    public void The_languages_are_English_Russian_and_Chinese_and_fall_back_in_this_order()
    {
        Assert.Equal(["en", "ru", "zh"], Languages.All);
        Assert.Equal([0, 1, 2], Languages.All.Select(Languages.Rank));
        Assert.Equal(["English", "Русский", "中文"], Languages.All.Select(Languages.NameOf));
    }

    [Theory]
    [InlineData("fr")]
    [InlineData("EN")]
    [InlineData("")]
    public void An_unsupported_language_is_malformed(string requested) =>
        Assert.Equal("lang", Assert.Throws<Malformed>(() => Language.OrDefault(requested)).Field);

    [Fact]
    public void The_requested_language_is_chosen_if_it_is_available() => Assert.Equal(("zh", 3), Language.Pick(RussianAndChinese, "zh"));

    [Fact]
    public void The_first_available_language_is_the_fallback_for_a_missing_one() =>
        Assert.Equal(("ru", 2), Language.Pick(RussianAndChinese, "en"));
}
