using Articles;
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
    public void A_title_in_any_script_becomes_latin_words(string title, string slug) => Assert.Equal(slug, Slug.Of(title));

    [Theory]
    [InlineData("🎉 Party 🎉")]
    [InlineData("🎉")]
    [InlineData("Ж")]
    [InlineData("\ud83c")]
    [InlineData("İstanbul ßtraße ﬁ")]
    public void Whatever_the_title_the_slug_is_valid(string title) => Assert.True(Slug.IsValid(Slug.Of(title)), Slug.Of(title));

    [Fact]
    public void A_long_title_is_cut_to_a_valid_slug()
    {
        for (var length = Slug.MaxLength - 3; length < Slug.MaxLength + 3; length++)
            Assert.True(Slug.IsValid(Slug.Of(new string('a', length) + " bc")));
    }

    [Fact]
    public void A_slug_of_a_slug_is_itself() => Assert.Equal("a-b-3", Slug.Of(Slug.Of("A, b: 3")));

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
    public void Anything_else_is_no_slug(string text) => Assert.False(Slug.IsValid(text));
}
