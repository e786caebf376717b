using Articles;
using Platform.Hosting;
using Xunit;

namespace Unit.Articles;

public class LanguageTests
{
    private static readonly Dictionary<string, int> RussianAndChinese = new() { ["zh"] = 3, ["ru"] = 2 };

    [Fact]
    public void English_is_shown_where_nothing_is_asked() => Assert.Equal("en", Language.Of(null));

    [Theory]
    [InlineData("fr")]
    [InlineData("EN")]
    [InlineData("")]
    public void Another_language_is_malformed(string asked) =>
        Assert.Equal("lang", Assert.Throws<Malformed>(() => Language.Of(asked)).Field);

    [Fact]
    public void The_asked_language_is_picked() => Assert.Equal(("zh", 3), Language.Pick(RussianAndChinese, "zh"));

    [Fact]
    public void The_first_there_is_stands_in_for_a_missing_one() => Assert.Equal(("ru", 2), Language.Pick(RussianAndChinese, "en"));
}
