using Articles.Search;
using Xunit;

namespace Unit.Articles;

public class SearchQueryTests
{
    [Theory]
    [InlineData("peace war", "'peace' & 'war'")]
    [InlineData("peace - war", "'peace' & 'war'")]
    [InlineData("\"peace and war\" now", "'peace' <-> 'and' <-> 'war' & 'now'")]
    [InlineData("“peace and war”", "'peace' <-> 'and' <-> 'war'")]
    [InlineData("\"peace", "'peace'")]
    [InlineData("war -peace", "'war' & !('peace')")]
    [InlineData("war -\"at sea\"", "'war' & !('at' <-> 'sea')")]
    [InlineData("war or peace now", "'war' | 'peace' & 'now'")]
    [InlineData("or war or", "'war'")]
    [InlineData("co-operation", "('co' <-> 'operation' | 'cooperation')")]
    [InlineData("-co-operation", "!(('co' <-> 'operation' | 'cooperation'))")]
    [InlineData("2026-2035", "'2026' <-> '2035'")]
    [InlineData("Москва--Пекин- -\u00adё", "'москва' & 'пекин' & !('е')")]
    [InlineData("' & | ! ( ) : * \\ <->", "")]
    [InlineData("---------------------------------", "")]
    [InlineData("", "")]
    public void What_a_reader_types_becomes_a_query(string typed, string query) =>
        Assert.Equal(query, SearchQuery.Of(typed, "en").Text);

    [Theory]
    [InlineData("peace and war", "peace and war")]
    [InlineData("\"peace and\" war", "peace and war")]
    [InlineData("peace -now war", "peace war")]
    [InlineData("peace or war", "")]
    public void The_order_of_the_words_is_kept_if_it_has_a_meaning(string typed, string sequence) =>
        Assert.Equal(sequence, SearchQuery.Of(typed, "en").Sequence);

    [Theory]
    [InlineData("上合组织 SCO峰会", "'上合组' & '合组织' & 'sco' & '峰会'")]
    [InlineData("上合組織", "'上合组' & '合组织'")]
    [InlineData("上", "'上':*")]
    [InlineData("SSJ-100", "('ssj' & '100' | 'ssj100')")]
    [InlineData("!?", "")]
    [InlineData("\ufffe上合\ufffe", "'上合'")]
    public void Chinese_is_searched_by_sequences_of_characters(string typed, string query) =>
        Assert.Equal(query, SearchQuery.Of(typed, "zh").Text);

    [Theory]
    [InlineData("en", "Astana sum", "'astana' & 'sum':*")]
    [InlineData("en", "well-kn", "('well' <-> 'kn' | 'wellkn')")]
    [InlineData("zh", "上合组", "'上合组'")]
    [InlineData("ru", " ", "")]
    public void The_last_word_of_an_unfinished_query_may_continue(string language, string typed, string query) =>
        Assert.Equal(query, SearchQuery.WithPrefix(typed, language).Text);
}
