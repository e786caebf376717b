using Articles.Search;
using CsCheck;
using Xunit;

namespace Unit.Articles;

public class TypingErrorsTests
{
    [Theory]
    [InlineData("memorandun", "memorandum")]
    [InlineData("memoradum", "memorandum")]
    [InlineData("memmorandum", "memorandum")]
    [InlineData("mmeorandum", "memorandum")]
    [InlineData("redcross", "red cross")]
    [InlineData("щос", "шос")]
    [InlineData("меморандумм", "меморандум")]
    public void A_word_with_one_error_has_the_right_word_among_its_neighbours(string typed, string meant) =>
        Assert.Contains(meant, TypingErrors.Neighbours(typed));

    [Fact]
    public void A_word_is_not_its_own_neighbour_and_very_long_or_short_words_have_none()
    {
        Assert.DoesNotContain("aa", TypingErrors.Neighbours("aa"));
        Assert.Empty(TypingErrors.Neighbours("a"));
        Assert.Empty(TypingErrors.Neighbours(new string('a', 200)));
    }

    [Fact]
    public void Neighbours_are_exactly_the_words_at_distance_one() =>
        Gen.Select(Gen.Char['a', 'd'].Array[2, 6], Gen.Char['a', 'd'].Array[1, 6]).Sample((one, other) =>
        {
            var (typed, meant) = (new string(one), new string(other));
            return TypingErrors.Neighbours(typed).Contains(meant) == (TypingErrors.Distance(typed, meant) == 1);
        });

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("summit", "summit", 0)]
    [InlineData("sumit", "summit", 1)]
    [InlineData("usmmit", "summit", 1)]
    [InlineData("sommet", "summit", 2)]
    public void The_distance_is_the_number_of_errors(string typed, string meant, int errors)
    {
        Assert.Equal(errors, TypingErrors.Distance(typed, meant));
        Assert.Equal(errors, TypingErrors.Distance(meant, typed));
    }

    [Fact]
    public void Candidates_with_fewer_errors_the_same_beginning_and_more_uses_come_first() =>
        Assert.Equal(
            ["trade", "erode", "trace", "trident"],
            TypingErrors.Ranked("trode", [("trident", 900), ("erode", 300), ("trace", 4), ("trade", 40)]));

    [Theory]
    [InlineData("ckjd", "слов", "ru")]
    [InlineData("vjcrdf", "москва", "ru")]
    [InlineData("ыгььше", "summit", "en")]
    [InlineData("Flvbybcnhfwbz", "Администрация", "ru")]
    public void Words_of_another_layout_are_converted(string typed, string meant, string language) =>
        Assert.Equal((meant, language), Keyboard.OtherLayout(typed));

    [Theory]
    [InlineData("shos", "шос", "ru")]
    [InlineData("Moskva", "москва", "ru")]
    [InlineData("zheleznaya doroga", "железная дорога", "ru")]
    [InlineData("саммит", "sammit", "en")]
    public void Words_of_another_alphabet_are_transliterated(string typed, string meant, string language) =>
        Assert.Equal((meant, language), Keyboard.Transliterated(typed));

    [Theory]
    [InlineData("2025")]
    [InlineData("саммит SCO")]
    [InlineData("上合 sco")]
    public void Words_of_both_alphabets_or_of_none_are_not_converted(string typed)
    {
        Assert.Null(Keyboard.OtherLayout(typed));
        Assert.Null(Keyboard.Transliterated(typed));
    }
}
