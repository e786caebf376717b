using Comments;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Unit.Comments;

public class WordListTests
{
    [Theory]
    [InlineData("See you at the ＣＡＳＩＮＯ.", "en")]
    [InlineData("\uFFFEcasino", "en")] // U+FFFE is no character, and normalizing throws at it
    [InlineData("A casinos' \uFFFE guide", null)]
    public void A_listed_word_is_found_as_a_whole_in_any_form(string text, string? language) =>
        Assert.Equal(language, new WordList(new ConfigurationBuilder().Build()).Found(text));
}
