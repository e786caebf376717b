using System.Text;
using CurrencyRates.Bank;
using CurrencyRates.Sheets;
using Xunit;

namespace Unit.CurrencyRates;

public class DailySheetTests
{
    private static readonly DateOnly Asked = new(2026, 4, 25);
    private const string Yuan =
        """<Valute ID="R01375"><NumCode>156</NumCode><CharCode>CNY</CharCode><Nominal>1</Nominal><Name>Юань</Name>"""
        + "<Value>11,0270</Value><VunitRate>11,027</VunitRate></Valute>";
    private const string Rial =
        """<Valute ID="R01300"><NumCode>364</NumCode><CharCode>IRR</CharCode><Nominal>1000000</Nominal>"""
        + "<Name>Иранских риалов</Name><Value>53,9256</Value><VunitRate>5,39256E-05</VunitRate></Valute>";

    [Fact]
    public void A_sheet_is_read_as_published()
    {
        var sheet = Parse(Sheet("25.04.2026", Yuan + Rial));
        Assert.Equal(Asked, sheet.EffectiveFrom);
        Assert.Equal([new Rate("R01375", "156", "CNY", 1, 11.0270m), new Rate("R01300", "364", "IRR", 1000000, 53.9256m)], sheet.Rates);
        Assert.Equal("11.0270", sheet.Rates[0].Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(0.0000539256m, sheet.Rates[1].PerUnit());
    }

    [Theory]
    [InlineData("25.04.2026", true)]
    [InlineData("10.04.2026", true)] // the longest pause over holidays
    [InlineData("09.04.2026", false)]
    [InlineData("26.04.2026", false)]
    [InlineData("25.04.2025", false)]
    [InlineData("2026-04-25", false)]
    [InlineData("", false)]
    public void A_sheet_must_be_dated_within_the_longest_pause_before_the_requested_date(string date, bool isValid)
    {
        if (isValid) Parse(Sheet(date, Yuan));
        else Assert.Throws<UnusableAnswer>(() => Parse(Sheet(date, Yuan)));
    }

    [Theory]
    [InlineData("", "empty response")]
    [InlineData("<html><body/></html>", "HTML")]
    [InlineData("<!DOCTYPE html><html>", "HTML")]
    [InlineData("""<?xml version="1.0"?><!DOCTYPE ValCurs [<!ENTITY a "b">]><ValCurs/>""", "complete XML")]
    [InlineData("<ValCurs>Error in parameters</ValCurs>", "Error in parameters")]
    [InlineData("""<ValCurs Date="25.04.2026" name="Foreign Currency Market"/>""", "empty sheet")]
    [InlineData("""<ValCurs Date="25.04.2026"><Valute ID="R0""", "complete XML")]
    [InlineData("<Envelope><Fault/></Envelope>", "<Envelope>")]
    [InlineData("not XML at all", "complete XML")]
    public void A_response_that_is_not_a_sheet_is_rejected_with_the_reason(string body, string reason) =>
        Assert.Contains(reason, Assert.Throws<UnusableAnswer>(() => Parse(body)).Message, StringComparison.Ordinal);

    [Fact(Timeout = 10_000)]
    public Task A_response_full_of_comments_is_rejected_quickly()
    {
        var comments = string.Concat(Enumerable.Repeat("<!---->", 140)) + "x";
        return Task.Run(() => Assert.Throws<UnusableAnswer>(() => Parse(comments)), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("<Value>11,0270</Value>", "<Value>11.0270</Value>")]
    [InlineData("<Value>11,0270</Value>", "<Value>1 011,0270</Value>")]
    [InlineData("<Value>11,0270</Value>", "<Value>-11,0270</Value>")]
    [InlineData("<Value>11,0270</Value>", "<Value>0</Value>")]
    [InlineData("<Value>11,0270</Value>", "<Value></Value>")]
    [InlineData("<Value>11,0270</Value>", "")]
    [InlineData("<Value>11,0270</Value>", "<Value>110,270</Value>")]
    [InlineData("<Nominal>1</Nominal>", "<Nominal>10</Nominal>")]
    [InlineData("<Nominal>1</Nominal>", "<Nominal>0</Nominal>")]
    [InlineData("<CharCode>CNY</CharCode>", "<CharCode>cny</CharCode>")]
    [InlineData("<NumCode>156</NumCode>", "<NumCode>1560</NumCode>")]
    [InlineData("ID=\"R01375\"", "")]
    [InlineData("Юань", "Р®Р°РЅСЊ")]
    [InlineData(
        "</Valute>",
        "</Valute><Valute ID=\"R01375\"><NumCode>156</NumCode><CharCode>CNY</CharCode><Nominal>1</Nominal><Name>Юань</Name>"
        + "<Value>11,0270</Value></Valute>")]
    public void One_invalid_currency_makes_the_whole_sheet_unusable(string right, string wrong)
    {
        Parse(Sheet("25.04.2026", Yuan));
        Assert.Throws<UnusableAnswer>(() => Parse(Sheet("25.04.2026", Yuan.Replace(right, wrong, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("windows-1251", "utf-8", false)]
    [InlineData("utf-8", "windows-1251", false)]
    [InlineData("koi8-r", "koi8-r", false)]
    [InlineData("windows-1251", "windows-1251", true)]
    [InlineData("windows-1251", null, true)]
    public void The_declared_character_set_must_be_supported_and_match_the_header(string declared, string? header, bool isValid)
    {
        var bytes = DailySheet.Windows1251.GetBytes($"""<?xml version="1.0" encoding="{declared}"?>{Sheet("25.04.2026", Yuan)}""");
        if (isValid) DailySheet.Parse(bytes, header, Asked);
        else Assert.Throws<UnusableAnswer>(() => DailySheet.Parse(bytes, header, Asked));
    }

    [Fact]
    public void A_valid_UTF_8_sheet_is_read_whatever_the_header_says()
    {
        var bytes = Encoding.UTF8.GetBytes($"""<?xml version="1.0" encoding="utf-8"?>{Sheet("25.04.2026", Yuan)}""");
        Assert.Single(DailySheet.Parse(bytes, "windows-1251", Asked).Rates);
    }

    [Theory]
    [InlineData("12.03.2001")] // Monday
    [InlineData("12.01.2009")] // Monday
    [InlineData("29.12.2024")] // Sunday
    public void A_sheet_may_be_dated_Sunday_or_Monday(string date)
    {
        var day = DateOnly.ParseExact(date, "dd.MM.yyyy", System.Globalization.CultureInfo.InvariantCulture);
        var body = DailySheet.Windows1251.GetBytes($"""<?xml version="1.0" encoding="windows-1251"?>{Sheet(date, Yuan)}""");
        Assert.Equal(day, DailySheet.Parse(body, null, day).EffectiveFrom);
    }

    [Fact]
    public void UTF_8_declared_as_windows_1251_is_detected() =>
        Assert.Contains(
            "character set",
            Assert.Throws<UnusableAnswer>(
                () =>
                    DailySheet.Parse(
                        Encoding.UTF8.GetBytes("""<?xml version="1.0" encoding="windows-1251"?>""" + Sheet("25.04.2026", Yuan)),
                        "windows-1251",
                        Asked)).Message,
            StringComparison.Ordinal);

    private static string Sheet(string date, string valutes) =>
        $"""<ValCurs Date="{date}" name="Foreign Currency Market">{valutes}</ValCurs>""";

    private static DailySheet Parse(string text) =>
        DailySheet.Parse(
            DailySheet.Windows1251.GetBytes(
                !text.StartsWith("<ValCurs", StringComparison.Ordinal) ? text : """<?xml version="1.0" encoding="windows-1251"?>""" + text),
            null,
            Asked);
}
