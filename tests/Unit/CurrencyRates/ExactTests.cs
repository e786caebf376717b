using System.Globalization;
using System.Text;
using CurrencyRates.Bank;
using CurrencyRates.Foreign;
using CurrencyRates.Sheets;
using Fractions;
using Kit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Unit.CurrencyRates;

public class ExactTests
{
    private static readonly Rate
        Dollar = new("R01235", "840", "USD", 1, 75.5273m),
        Rial = new("R01300", "364", "IRR", 1000000, 53.9256m),
        Yen = new("R01820", "392", "JPY", 100, 47.2636m);

    [Theory]
    [InlineData("1/3", 10, "0.3333333333")]
    [InlineData("2/3", 10, "0.6666666667")]
    [InlineData("1/40000", 10, "0.000025")]
    [InlineData("123456789012345/1000", 10, "123456789012")]
    [InlineData("1/8", 2, "0.12")] // half to even
    [InlineData("3/8", 2, "0.38")]
    [InlineData("0/1", 10, "0")]
    [InlineData("999999999999/1000", 3, "1000000000")]
    public void Significant_digits_start_at_the_first_nonzero_digit(string fraction, int digits, string expected) =>
        Assert.Equal(
            expected,
            Exact.Significant(Fraction.FromString(fraction, CultureInfo.InvariantCulture), digits).ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("0.5", 0, "0")]
    [InlineData("1.5", 0, "2")]
    [InlineData("2.675", 2, "2.68")]
    [InlineData("2.665", 2, "2.66")]
    public void Halves_are_rounded_to_even(string value, int decimals, string expected) =>
        Assert.Equal(
            decimal.Parse(expected, CultureInfo.InvariantCulture),
            Exact.Round(Fraction.FromDecimal(decimal.Parse(value, CultureInfo.InvariantCulture)), decimals));

    [Fact]
    public void A_cross_rate_and_its_inverse_are_exactly_inverse() =>
        Assert.Equal(Fraction.One, Exact.Cross(Dollar, Rial) * Exact.Cross(Rial, Dollar));

    [Theory]
    [InlineData("1,5")]
    [InlineData("1e5")]
    [InlineData(" 1")]
    [InlineData("+1")]
    [InlineData("")]
    [InlineData(null)]
    public void Text_that_is_not_a_plain_decimal_is_not_parsed(string? text) => Assert.Null(Exact.Parse(text));

    [Theory]
    [InlineData("11.0270", 1, "11,027")]
    [InlineData("53.9256", 1000000, "5,39256E-05")]
    [InlineData("12.1149", 100000, "0,000121149")]
    [InlineData("212.0010", 1, "212,001")]
    [InlineData("1.0000", 10000, "0,0001")]
    public void The_rate_of_one_unit_is_written_as_the_bank_writes_it(string value, int nominal, string text) =>
        Assert.Equal(
            text,
            BankXmlDocuments.Unit(new Rate("R", "000", "XXX", nominal, decimal.Parse(value, CultureInfo.InvariantCulture)).PerUnit()));

    [Fact]
    public void The_parser_for_the_bank_reads_the_XML_that_we_serve()
    {
        var rates = Seeds.Rates.Where(r => r.Date == new DateOnly(2026, 4, 25))
            .Select(r => new Rate(r.Id, r.NumCode, r.CharCode, r.Nominal, r.Number))
            .ToArray();
        var xml = BankXmlDocuments.Daily(new(2026, 4, 25), rates, new Dictionary<string, string> { ["R01235"] = "Доллар США" });
        Assert.StartsWith(
            """<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="25.04.2026" name="Foreign Currency Market">"""
            + """<Valute ID="R01230"><NumCode>784</NumCode>""",
            Encoding.ASCII.GetString(xml),
            StringComparison.Ordinal);
        Assert.Equal(rates, DailySheet.Parse(xml, "windows-1251", new(2026, 4, 25)).Rates);
        Assert.Equal(
            """<?xml version="1.0" encoding="windows-1251"?><ValCurs>Error in parameters</ValCurs>""",
            Encoding.ASCII.GetString(BankXmlDocuments.ErrorInParameters()));
    }

    [Fact]
    public void Frankfurter_quotes_through_the_rouble_with_ten_digits()
    {
        Rate[] sheet = [Dollar, Rial, Yen];
        Assert.Equal([("IRR", "1400583.396"), ("JPY", "159.8001422"), ("RUB", "75.5273")],
            Frankfurter.Quote(sheet, Asked("2026-04-25", "base=USD")).Select(q => (q.Key, q.Value.ToString(CultureInfo.InvariantCulture))));
        Assert.Equal(
            [("RUB", "0.000539256")],
            Frankfurter.Quote(sheet, Asked("2026-04-25", "base=IRR&symbols=rub&amount=10")).Select(
                q => (q.Key, q.Value.ToString(CultureInfo.InvariantCulture))));
        Assert.Empty(Frankfurter.Quote(sheet, Asked("2026-04-25", "base=ZZZ")));
        Assert.Empty(Frankfurter.Quote(sheet, Asked("2026-04-25", "base=USD&symbols=ZZZ")));
    }

    [Theory]
    [InlineData("latest", "", "2026-04-24 2026-04-24 EUR 1.0")]
    [InlineData("current", "from=usd", "2026-04-24 2026-04-24 USD 1.0")]
    [InlineData("2025-04-05", "amount=2.50", "2025-04-05 2025-04-05 EUR 2.50")]
    [InlineData("2025-04-01..2025-04-05", "base=RUB", "2025-04-01 2025-04-05 RUB 1.0")]
    [InlineData("2025-04-01..", "", "2025-04-01 2026-04-24 EUR 1.0")]
    public void Frankfurter_paths_are_parsed(string period, string query, string expected)
    {
        var question = Asked(period, query);
        Assert.Null(question.Error);
        Assert.Equal(
            expected,
            string.Create(
                CultureInfo.InvariantCulture, $"{question.From:yyyy-MM-dd} {question.To:yyyy-MM-dd} {question.Base} {question.Amount}"));
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2025-04-01...2025-04-05")]
    [InlineData("2025-4-1")]
    [InlineData("..2025-04-05")]
    public void Other_paths_are_not_parsed(string period) =>
        Assert.Null(Frankfurter.Query.Parse(period, new QueryCollection(), new(2026, 4, 24)));

    private static Frankfurter.Query Asked(string period, string query) => Frankfurter.Query.Parse(period,
        new QueryCollection(
            query.Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(p => p.Split('='))
                .ToDictionary(p => p[0], p => new StringValues(p[1]))),
        new(2026, 4, 24))!;
}
