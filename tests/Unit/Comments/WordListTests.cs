using Comments.Posting;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Unit.Comments;

public class WordListTests
{
    [Theory]
    [InlineData("See you at the ＣＡＳＩＮＯ.", "en")]
    [InlineData("\uFFFEcasino", "en")] // U+FFFE is a noncharacter for which string.Normalize throws
    [InlineData("A casinos' \uFFFE guide", null)]
    public void Listed_words_are_found_as_whole_words_in_any_Unicode_form(string text, string? language) =>
        Assert.Equal(language, new WordList(new ConfigurationBuilder().Build()).FindLanguage(text));
}
