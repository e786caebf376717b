using System.Globalization;
using System.Text;
using System.Xml;
using CurrencyRates.Bank;
using CurrencyRates.Sheets;
using Platform.Web;

namespace CurrencyRates.Foreign;

/// <summary>Writes the XML documents of the Bank of Russia: windows-1251, decimal commas and its element names.</summary>
public static class BankXmlDocuments
{
    internal static readonly Encoding Windows1251 = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;

    /// <summary>The sheet of one day; <paramref name="names"/> are keyed by the bank's currency id.</summary>
    public static byte[] Daily(DateOnly? date, IReadOnlyList<Rate> rates, IReadOnlyDictionary<string, string> names) => Write(xml =>
    {
        xml.WriteStartElement("ValCurs");
        if (date is not null) xml.WriteAttributeString("Date", Text(date.Value));
        xml.WriteAttributeString("name", "Foreign Currency Market");
        foreach (var rate in rates)
        {
            xml.WriteStartElement("Valute");
            xml.WriteAttributeString("ID", XmlSafe.Text(rate.Id));
            xml.WriteElementString("NumCode", rate.NumCode);
            xml.WriteElementString("CharCode", rate.CharCode);
            xml.WriteElementString("Nominal", Text(rate.Nominal));
            xml.WriteElementString("Name", XmlSafe.Text(names.GetValueOrDefault(rate.Id, rate.CharCode)));
            xml.WriteElementString("Value", Text(rate.Value));
            xml.WriteElementString("VunitRate", Unit(rate.PerUnit()));
            xml.WriteEndElement();
        }
        xml.WriteFullEndElement();
    });

    /// <summary>One currency over a range; only dates for which rates were set.</summary>
    public static byte[] Dynamic(string id, DateOnly from, DateOnly to, IReadOnlyList<DatedRate> series) => Write(xml =>
    {
        xml.WriteStartElement("ValCurs");
        xml.WriteAttributeString("ID", id);
        xml.WriteAttributeString("DateRange1", Text(from));
        xml.WriteAttributeString("DateRange2", Text(to));
        xml.WriteAttributeString("name", "Foreign Currency Market Dynamic");
        foreach (var (date, rate) in series.Where(r => r.Rate.Id == id))
        {
            xml.WriteStartElement("Record");
            xml.WriteAttributeString("Date", Text(date));
            xml.WriteAttributeString("Id", rate.Id);
            xml.WriteElementString("Nominal", Text(rate.Nominal));
            xml.WriteElementString("Value", Text(rate.Value));
            xml.WriteElementString("VunitRate", Unit(rate.PerUnit()));
            xml.WriteEndElement();
        }
        xml.WriteFullEndElement();
    });

    /// <summary>
    /// The list of currencies in the format of the bank: numeric codes without leading zeros and ids padded with spaces. The full list also
    /// has the ISO 4217 codes.
    /// </summary>
    public static byte[] Library(IReadOnlyList<Currency> currencies, IReadOnlyDictionary<string, int> nominals, bool isFull) => Write(xml =>
    {
        xml.WriteStartElement("Valuta");
        xml.WriteAttributeString("name", "Foreign Currency Market Lib");
        foreach (var currency in currencies)
        {
            xml.WriteStartElement("Item");
            xml.WriteAttributeString("ID", currency.BankId);
            xml.WriteElementString("Name", XmlSafe.Text(currency.Names["ru"]));
            xml.WriteElementString("EngName", XmlSafe.Text(currency.Names["en"]));
            xml.WriteElementString("Nominal", Text(nominals.GetValueOrDefault(currency.BankId!, 1)));
            xml.WriteElementString("ParentCode", currency.BankId!.PadRight(10));
            if (isFull)
            {
                xml.WriteElementString("ISO_Num_Code", currency.NumCode.TrimStart('0'));
                xml.WriteElementString("ISO_Char_Code", currency.Code());
            }
            xml.WriteEndElement();
        }
        xml.WriteFullEndElement();
    });

    /// <summary>The bank's response to invalid parameters.</summary>
    public static byte[] ErrorInParameters() => Write(xml => xml.WriteElementString("ValCurs", "Error in parameters"));

    /// <summary>The rate of one unit, without trailing zeros; with an exponent below one ten-thousandth.</summary>
    public static string Unit(decimal perUnit) =>
        perUnit.ToString(perUnit < 0.0001m ? "0.############################E-00" : "0.############################", DailySheet.Numbers);

    private static string Text(decimal value) => value.ToString(DailySheet.Numbers);
    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
    private static string Text(DateOnly date) => date.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);

    private static byte[] Write(Action<XmlWriter> content)
    {
        using var stream = new MemoryStream();
        // Characters of names that windows-1251 lacks become character references.
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = Windows1251 }))
        {
            xml.WriteStartDocument();
            content(xml);
        }
        return stream.ToArray();
    }
}
