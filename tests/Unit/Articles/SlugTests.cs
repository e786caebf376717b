using Articles.Texts;
using Xunit;

namespace Unit.Articles;

public class SlugTests
{
    [Theory]
    [InlineData("SCO summit: 25 years!", "sco-summit-25-years")]
    [InlineData("Заседание Совета глав государств", "zasedanie-soveta-glav-gosudarstv")]
    [InlineData("上海合作组织", "shanghaihezuozuzhi")]
    [InlineData("  Ürümqi -- Čelnik  ", "urumqi-celnik")]
    [InlineData("…", "article")]
    [InlineData("   ", "article")]
    [InlineData("0196A000 0000 7000 8000 000000000101", "article-0196a000-0000-7000-8000-000000000101")]
    [InlineData("D41D8CD98F00B204E9800998ECF8427E", "article-d41d8cd98f00b204e9800998ecf8427e")]
    public void A_title_in_any_script_becomes_a_slug_of_latin_words(string title, string slug) => Assert.Equal(slug, Slug.Of(title));

    [Theory]
    [InlineData("🎉 Party 🎉")]
    [InlineData("🎉")]
    [InlineData("Ж")]
    [InlineData("\ud83c")]
    [InlineData("İstanbul ßtraße ﬁ")]
    public void The_slug_of_any_title_is_valid(string title) => Assert.True(Slug.IsValid(Slug.Of(title)), Slug.Of(title));

    [Fact]
    public void The_slug_of_a_long_title_is_truncated_and_valid()
    {
        for (var length = Slug.MaxLength - 3; length < Slug.MaxLength + 3; length++)
            Assert.True(Slug.IsValid(Slug.Of(new string('a', length) + " bc")));
    }

    [Fact]
    public void The_slug_of_a_slug_is_the_same() => Assert.Equal("a-b-3", Slug.Of(Slug.Of("A, b: 3")));

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("ж")]
    [InlineData("a\n")]
    [InlineData("0196a00000007000800000000000010f")]
    [InlineData("0196a000-0000-7000-8000-000000000101")]
    public void An_invalid_slug_is_recognised(string text) => Assert.False(Slug.IsValid(text));
}
