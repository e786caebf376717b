using Articles.Publishing;
using Articles.Search;
using CsCheck;
using Xunit;

namespace Unit.Articles;

public class SearchTextTests
{
    [Theory]
    [InlineData("Ёлки и ЙОД", "елки и йод")]
    [InlineData("е\u0308лки и\u0306од", "елки йод")] // decomposed letters
    [InlineData("за\u0301мок и замо\u0301к", "замок и замок")] // stress marks
    [InlineData("co\u00adope\u200bra\ufefftion\u2060", "cooperation")]
    [InlineData("Orbán, São Paulo, Şırnak", "orban, sao paulo, sırnak")]
    [InlineData("ＳＣＯ ﬁve ①", "sco five 1")]
    [InlineData("上海合作組織與聯合國", "上海合作组织与联合国")]
    [InlineData("臺灣、後來、乾淨", "台湾、后来、干净")]
    [InlineData("1\u00a0000\u202f000 рублей", "1,000,000 рублей")]
    [InlineData("\ufffe上合\ufffe", "上合")]
    public void Texts_and_queries_have_one_form(string text, string normalised) =>
        Assert.Equal(normalised, SearchText.Normalised(text));

    [Theory]
    [InlineData("Astana/Bishkek", "astana bishkek astanabishkek")]
    [InlineData("SCO-2025.Итоги", "sco 2025 итоги sco2025итоги")]
    [InlineData("2026-2035", "2026 2035")]
    [InlineData("2026–2035", "2026 2035")]
    [InlineData("the end.Next day", "the end next day endnext")]
    [InlineData("co-operation", "co operation cooperation")]
    [InlineData("SSJ100 and SSJ-100", "ssj 100 and ssj 100 ssj100 ssj100")]
    [InlineData("ISO-8601, COVID-19", "iso 8601 covid 19 iso8601 covid19")]
    [InlineData("10km, 10 km, 5млн", "10 km 10 km 5 млн 10km 5млн")]
    [InlineData("1,000,000 or 1.5", "1 000 000 or 1 5 1000000")]
    [InlineData("Kazakhstan's", "kazakhstan s kazakhstans")]
    [InlineData("trade,war and trade, war", "trade war and trade war")]
    [InlineData("a/b/c/d/e/f", "a b c d e f")]
    [InlineData("peace -- war - end", "peace war end")]
    [InlineData("<b>ann@example.org</b>", "b ann example org b annexampleorg")]
    [InlineData("上合SCO峰会", "上合 sco 峰会")]
    public void Words_that_are_written_together_are_found_alone_and_as_a_whole(string text, string words) =>
        Assert.Equal(words, SearchText.ForVector(text, "en"));

    [Fact]
    public void Chinese_is_indexed_by_two_and_by_three_characters()
    {
        Assert.Equal("上合 合组 组织 上合组 合组织 sco 2025 峰会", SearchText.ForVector("上合组织 SCO 2025峰会", "zh"));
        Assert.Equal(SearchText.ForVector("上合组织", "zh"), SearchText.ForVector("上合組織", "zh"));
        Assert.Equal("易", SearchText.ForVector("易", "zh"));
        Assert.Equal("上合 组织", SearchText.ForVector("上合-组织", "zh"));
        Assert.Equal(["zh", "ru", "en"], new[] { "峰会", "саммит", "summit" }.Select(SearchText.LanguageOf));
    }

    [Fact]
    public void A_sequence_has_no_whole_groups() =>
        Assert.Equal("a well known site", SearchText.Sequence("A well-known site"));

    [Fact]
    public void A_long_word_is_cut_off()
    {
        var word = new string('x', 5000);
        Assert.Equal(word[..WordGroup.MaxWordLength], SearchText.ForVector(word, "en"));
    }

    [Fact]
    public void An_excerpt_keeps_the_text_but_for_invisible_characters()
    {
        var text = new Text("Йо\u00adга", "Co\u200boperation", "slug", "<p>и\u0306</p>");
        var content = new Content("news", [], null, null, null, new Dictionary<string, Text> { ["ru"] = text });
        Assert.Equal("Йога\nCooperation\nй", SearchText.Of(content, "ru"));
        Assert.Equal("", SearchText.Of(content, "zh"));
    }

    [Fact]
    public void Normalising_twice_changes_nothing_and_folding_keeps_positions() =>
        Gen.OneOf(
            Gen.Const("Ё"), Gen.Const("й"), Gen.Const("\u0306"), Gen.Const("\u00ad"), Gen.Const("-"), Gen.Const("1\u00a0000"),
            Gen.Const("組"), Gen.Const("ﬁ"), Gen.Const("É"), Gen.Char.Select(c => c.ToString()))
            .Array[0, 12].Select(string.Concat).Sample(text =>
            {
                var normalised = SearchText.Normalised(text);
                return SearchText.Normalised(normalised) == normalised && SearchText.Folded(text).Length == text.Length;
            });
}
