using System.Xml.Linq;
using CurrencyRates;
using CurrencyRates.Sources;
using Xunit;

namespace Unit.CurrencyRates;

public class BankXmlTests
{
    [Theory]
    [InlineData("R01235", "R01235")]
    [InlineData("R01090B   ", "R01090B")]
    [InlineData("\u0001", null)]
    [InlineData("R01235\u0000", null)]
    [InlineData("R01235\uFFFE", null)]
    [InlineData("\u0420\u0031", null)]
    [InlineData("R0123456789", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_key_of_the_bank_has_Latin_letters_and_digits_only(string? text, string? key) => Assert.Equal(key, BankXml.Key(text));

    [Fact]
    public void Characters_that_XML_cannot_hold_are_dropped_from_what_was_stored()
    {
        var rate = new Rate("R01375\u0001", "156", "CNY", 1, 11.5m);
        var names = new Dictionary<string, string> { [rate.Id] = "Юань\u000B" };
        var valute = Read(BankXml.Daily(new(2025, 4, 4), [rate], names)).Element("Valute")!;
        Assert.Equal(("R01375", "Юань"), ((string)valute.Attribute("ID")!, (string)valute.Element("Name")!));
    }

    private static XElement Read(byte[] xml) => XElement.Parse(DailySheet.Windows1251.GetString(xml));
}
