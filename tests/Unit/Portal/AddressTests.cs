using Microsoft.Net.Http.Headers;
using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>Addresses of the reader site, and the language they lead to.</summary>
public class AddressTests
{
    [Theory]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh")]
    [InlineData("de,ru;q=0.5,en;q=0.4", "ru")]
    [InlineData("en;q=0.1,ru;q=0.9", "ru")]
    [InlineData("ru;q=0,en-GB", "en")]
    [InlineData("de", "en")]
    [InlineData("", "en")]
    public void The_start_page_leads_to_the_first_language_of_the_browser_that_the_site_has(string accepted, string lang) =>
        Assert.Equal(lang, StartPage.Preferred(accepted.Length == 0 ? [] : StringWithQualityHeaderValue.ParseList([accepted])));

    [Theory]
    [InlineData("/en", "en")]
    [InlineData("/ru/articles/x", "ru")]
    [InlineData("/rus/x", null)]
    [InlineData("/", null)]
    [InlineData("/console", null)]
    public void The_first_segment_names_the_language(string path, string? lang) => Assert.Equal(lang, ReaderSite.LanguageOf(path));

    [Fact]
    public void Parameters_without_a_value_are_left_out_and_the_others_escaped() =>
        Assert.Equal("/en/search?q=a%26b%20%D0%B6", Url.With("/en/search", ("q", "a&b ж"), ("section", null), ("to", "")));

    [Fact]
    public void A_page_in_another_language_keeps_its_address_and_question() =>
        Assert.Equal("/ru/rates?date=2025-04-05", Frame("/en/rates", "?date=2025-04-05").In("ru"));

    [Fact]
    public void The_front_page_in_another_language_is_that_languages_front_page() => Assert.Equal("/zh", Frame("/en", "").In("zh"));

    [Fact]
    public void An_article_in_another_language_has_a_slug_of_its_own() =>
        Assert.Equal(
            "/ru/articles/memorandum",
            (Frame("/en/articles/x", "") with { Alternates = new Dictionary<string, string> { ["ru"] = "/ru/articles/memorandum" } })
                .In("ru"));

    [Theory]
    [InlineData("1 234,5", "1234.5")]
    [InlineData("0.1", "0.1")]
    [InlineData("1\u00a0000", "1000")]
    public void An_amount_may_be_written_as_people_write_it(string written, string read) => Assert.Equal(read, RatesPage.Number(written));

    [Theory]
    [InlineData("usd", "USD")]
    [InlineData("../x", "CNY")]
    [InlineData(null, "CNY")]
    public void What_is_no_currency_is_the_usual_one(string? code, string read) => Assert.Equal(read, RatesPage.Code(code, "CNY"));

    private static Frame Frame(string path, string query) => new("en", path, query, [], new global::Portal.PageDependencies());
}
