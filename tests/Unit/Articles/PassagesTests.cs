using Articles.Search;
using CsCheck;
using Xunit;

namespace Unit.Articles;

public sealed class PassagesTests
{
    private const int Length = 80;
    private static readonly string Filler = string.Concat(Enumerable.Repeat("lorem ipsum dolor sit amet ", 20));

    [Fact]
    public void A_text_without_mentions_is_shown_from_its_beginning_and_no_word_is_split() =>
        Assert.Equal(["lorem ipsum dolor sit amet lorem ipsum dolor sit amet lorem ipsum dolor sit amet"], Shown(Filler));

    [Fact]
    public void A_short_text_is_shown_completely() => Assert.Equal(["trade and rail"], Shown("trade and rail", "trade", "rail"));

    [Fact]
    public void The_passage_with_the_most_search_words_is_shown_even_if_it_comes_later()
    {
        var shown = Assert.Single(Shown($"{Filler}trade {Filler}", "trade"));
        Assert.Contains("trade", shown, StringComparison.Ordinal);
        Assert.StartsWith("dolor sit amet trade", shown, StringComparison.Ordinal);
        Assert.Contains(
            "an agreement on trade",
            string.Join('|', Shown($"trade {Filler} an agreement on trade {Filler}", "agreement", "trade")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_are_far_apart_have_separate_passages_in_the_order_of_the_text()
    {
        var shown = Shown($"{Filler}rail {Filler}trade trade {Filler}", "trade", "rail");
        Assert.Equal(2, shown.Length);
        Assert.Contains("rail", shown[0], StringComparison.Ordinal);
        Assert.Contains("trade trade", shown[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_second_passage_shows_the_words_that_are_not_in_the_first()
    {
        var shown = Shown($"{Filler}trade talks {Filler}trade {Filler}rail {Filler}", "trade", "talks", "rail");
        Assert.Contains("trade talks", shown[0], StringComparison.Ordinal);
        Assert.Contains("rail", shown[1], StringComparison.Ordinal);
    }

    [Fact]
    public void No_surrogate_pair_is_split_in_a_text_without_spaces()
    {
        var text = string.Concat(Enumerable.Repeat("𠮷", 101)) + "贸易" + string.Concat(Enumerable.Repeat("𠮷", 101));
        foreach (var length in Enumerable.Range(20, 4))
        {
            var shown = text[Range(Assert.Single(Passages.Of(text, [new(202, 2, "贸易")], length)))];
            Assert.Contains("贸易", shown, StringComparison.Ordinal);
            Assert.False(char.IsLowSurrogate(shown[0]) || char.IsHighSurrogate(shown[^1]));
        }
    }

    [Fact]
    public void Passages_of_any_text_are_short_separate_and_in_order_and_each_shows_a_word() =>
        Gen.Select(Gen.Char["abc"].Array[1, 12].Select(letters => new string(letters)).Array[1, 80], Gen.Bool).Sample((words, spaces) =>
        {
            var text = string.Join(spaces ? " " : "", words);
            var mentions = Mentions(text, "aaa", "bb");
            var passages = Passages.Of(text, mentions, 40);
            Assert.InRange(passages.Count, 1, 2);
            Assert.All(passages, p => Assert.True(p.From >= 0 && p.From <= p.To && p.To <= text.Length && p.To - p.From <= 40));
            if (passages.Count == 2) Assert.True(passages[0].To <= passages[1].From);
            if (mentions.Count > 0) Assert.All(passages, p => Assert.Contains(mentions, m => m.At >= p.From && m.End <= p.To));
        });

    private static string[] Shown(string text, params string[] words) =>
    [
        .. Passages.Of(text, Mentions(text, words), Length).Select(p => text[Range(p)]),
    ];

    private static Range Range(Passage passage) => passage.From..passage.To;

    private static List<Mention> Mentions(string text, params string[] words) =>
    [
        .. Enumerable.Range(0, text.Length).SelectMany(
            at => words.Where(w => text.AsSpan(at).StartsWith(w)).Select(w => new Mention(at, w.Length, w))),
    ];
}
