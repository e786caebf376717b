using System.Xml.Linq;
using CurrencyRates.Bank;
using CurrencyRates.Foreign;
using CurrencyRates.Sheets;
using Xunit;

namespace Unit.CurrencyRates;

public class BankXmlTests
{
    private static readonly Currency Yuan = new()
    {
        Id = "currency-CNY",
        NumCode = "156",
        BankId = "R01375",
        Names = new Dictionary<string, string> { ["ru"] = "Китайский юань", ["en"] = "China Yuan" },
    };

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
    public void A_currency_id_of_the_bank_has_only_Latin_letters_and_digits(string? text, string? key) =>
        Assert.Equal(key, BankXml.Key(text));

    [Fact]
    public void Characters_that_XML_does_not_allow_are_dropped()
    {
        var rate = new Rate("R01375\u0001", "156", "CNY", 1, 11.5m);
        var names = new Dictionary<string, string> { [rate.Id] = "Юань\u000B" };
        var valute = Read(BankXmlDocuments.Daily(new(2025, 4, 4), [rate], names)).Element("Valute")!;
        Assert.Equal(("R01375", "Юань"), ((string)valute.Attribute("ID")!, (string)valute.Element("Name")!));
    }

    [Fact]
    public void The_lists_of_currencies_have_the_elements_of_the_banks_lists()
    {
        var (item, full) = (Item(isFull: false), Item(isFull: true));
        Assert.Equal("R01375", (string)item.Attribute("ID")!);
        Assert.Equal(
            ["Name=Китайский юань", "EngName=China Yuan", "Nominal=10", "ParentCode=R01375    "],
            item.Elements().Select(e => $"{e.Name}={e.Value}"));
        string[] elements = ["Name", "EngName", "Nominal", "ParentCode", "ISO_Num_Code", "ISO_Char_Code"];
        Assert.Equal(elements, full.Elements().Select(e => $"{e.Name}"));
    }

    private static XElement Item(bool isFull) =>
        Read(BankXmlDocuments.Library([Yuan], new Dictionary<string, int> { ["R01375"] = 10 }, isFull)).Element("Item")!;

    private static XElement Read(byte[] xml) => XElement.Parse(DailySheet.Windows1251.GetString(xml));
}
