using Microsoft.Net.Http.Headers;
using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>The addresses of reader pages and their languages.</summary>
public class AddressTests
{
    [Theory]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh")]
    [InlineData("de,ru;q=0.5,en;q=0.4", "ru")]
    [InlineData("en;q=0.1,ru;q=0.9", "ru")]
    [InlineData("ru;q=0,en-GB", "en")]
    [InlineData("de", "en")]
    [InlineData("", "en")]
    public void The_start_page_redirects_to_the_preferred_language_that_the_site_has(string accepted, string lang) =>
        Assert.Equal(lang, StartPage.Preferred(accepted.Length == 0 ? [] : StringWithQualityHeaderValue.ParseList([accepted])));

    [Theory]
    [InlineData("/en", "en")]
    [InlineData("/ru/articles/x", "ru")]
    [InlineData("/rus/x", null)]
    [InlineData("/", null)]
    [InlineData("/console", null)]
    public void The_first_path_segment_determines_the_language(string path, string? lang) =>
        Assert.Equal(lang, ReaderSite.LanguageOf(path));

    [Fact]
    public void Query_parameters_without_a_value_are_omitted_and_others_are_escaped() =>
        Assert.Equal("/en/search?q=a%26b%20%D0%B6", Url.With("/en/search", ("q", "a&b ж"), ("section", null), ("to", "")));

    [Fact]
    public void A_language_link_keeps_the_path_and_the_query() =>
        Assert.Equal("/ru/rates?date=2025-04-05", Frame("/en/rates", "?date=2025-04-05").In("ru"));

    [Fact]
    public void A_language_link_of_the_front_page_leads_to_the_front_page() => Assert.Equal("/zh", Frame("/en", "").In("zh"));

    [Fact]
    public void A_language_link_of_an_article_uses_the_slug_of_that_language() =>
        Assert.Equal(
            "/ru/articles/memorandum",
            (Frame("/en/articles/x", "") with { Alternates = new Dictionary<string, string> { ["ru"] = "/ru/articles/memorandum" } })
                .In("ru"));

    [Theory]
    [InlineData("1 234,5", "1234.5")]
    [InlineData("0.1", "0.1")]
    [InlineData("1\u00a0000", "1000")]
    public void An_amount_may_contain_spaces_and_a_decimal_comma(string entered, string sent) =>
        Assert.Equal(sent, RatesPage.Number(entered));

    [Theory]
    [InlineData("usd", "USD")]
    [InlineData("../x", "CNY")]
    [InlineData(null, "CNY")]
    public void An_invalid_currency_code_is_replaced_by_the_default(string? code, string used) =>
        Assert.Equal(used, RatesPage.Code(code, "CNY"));

    private static Frame Frame(string path, string query) => new("en", path, query, [], new global::Portal.PageDependencies());
}
