using System.Globalization;
using System.Text;
using System.Xml;
using CurrencyRates.Bank;
using CurrencyRates.Sheets;
using Marten;
using Platform.Web;
using Platform.Web.OpenApi;

namespace CurrencyRates.Foreign;

/// <summary>
/// Serves rates in the XML format of the Bank of Russia, so that its clients work after changing the host: windows-1251, decimal commas
/// and, for invalid parameters, the bank's 200 with "Error in parameters", because its clients look for that.
/// </summary>
public static class BankXml
{
    private static readonly Encoding Windows1251 = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/scripts/XML_daily.asp", (string? date_req, IQuerySession session, CancellationToken ct) =>
                DailySheetOf(date_req, "ru", session, ct))
            .AllowAnonymous().Produces<string>(200, "application/xml").WithMetadata(Example(Daily(Friday, [Yuan.Rate], Named("ru"))));
        app.MapGet("/scripts/XML_daily_eng.asp", (string? date_req, IQuerySession session, CancellationToken ct) =>
                DailySheetOf(date_req, "en", session, ct))
            .AllowAnonymous().Produces<string>(200, "application/xml").WithMetadata(Example(Daily(Friday, [Yuan.Rate], Named("en"))));

        app.MapGet("/scripts/XML_dynamic.asp", async (
            string? date_req1,
            string? date_req2,
            string? VAL_NM_RQ,
            IQuerySession session,
            CancellationToken ct) =>
            {
                if (Date(date_req1) is not { } from || Date(date_req2) is not { } to || from > to || Key(VAL_NM_RQ) is not { } id)
                    return XmlResponse(ErrorInParameters());
                var series = await session.Series(from, to, [id], ct);
                return XmlResponse(Dynamic(id, from, to, series));
            }).AllowAnonymous().Produces<string>(200, "application/xml")
                .WithMetadata(Example(Dynamic(Yuan.Rate.Id, Friday, Friday, [Yuan])));

        foreach (var (script, isFull) in new[] { ("XML_val.asp", false), ("XML_valFull.asp", true) })
            app.MapGet($"/scripts/{script}", (string? d, IQuerySession session, CancellationToken ct) => LibraryOf(d, isFull, session, ct))
                .AllowAnonymous().Produces<string>(200, "application/xml")
                .WithMetadata(Example(Library([Chinese], new Dictionary<string, int>(), isFull)));
    }

    // The examples in the OpenAPI document, produced by the same code as the responses.
    private static readonly DateOnly Friday = new(2025, 4, 4);
    private static readonly DatedRate Yuan = new(Friday, new Rate("R01375", "156", "CNY", 1, 11.5097m));
    private static readonly Currency Chinese = new()
    {
        Id = Currency.Stream("CNY"),
        NumCode = "156",
        BankId = Yuan.Rate.Id,
        Names = new Dictionary<string, string> { ["ru"] = "Китайский юань", ["en"] = "China Yuan" },
    };

    private static Dictionary<string, string> Named(string language) => new() { [Yuan.Rate.Id] = Chinese.Names[language] };
    private static AnswerExample Example(byte[] xml) => new(Windows1251.GetString(xml));

    private static async Task<IResult> DailySheetOf(
        string? requested,
        string language,
        IQuerySession session,
        CancellationToken ct)
    {
        var date = Date(requested);
        if (!string.IsNullOrEmpty(requested) && date is null) return XmlResponse(ErrorInParameters());
        // Without a date, the newest sheet is returned, which is usually the one for tomorrow.
        var sheet = date is null ? await session.Newest(ct) : await session.EffectiveOn(date.Value, ct);
        var names = (await session.Query<Currency>().ToListAsync(ct)).Where(c => c.BankId is not null).ToDictionary(
            c => c.BankId!, c => c.Names[language]);
        return XmlResponse(Daily(sheet?.EffectiveFrom ?? date, sheet?.Rates ?? [], names));
    }

    /// <summary>
    /// The currencies that are quoted daily (<c>d=0</c>); those quoted monthly (<c>d=1</c>) are not stored here, so that list is empty.
    /// </summary>
    private static async Task<IResult> LibraryOf(
        string? d,
        bool isFull,
        IQuerySession session,
        CancellationToken ct)
    {
        if (d is not (null or "" or "0" or "1")) return XmlResponse(ErrorInParameters());
        var currencies = d == "1" ? []
            : await session.Query<Currency>().Where(c => c.BankId != null).OrderBy(c => c.BankId).ToListAsync(ct);
        var nominals = (await session.Newest(ct))?.Rates.ToDictionary(r => r.Id, r => r.Nominal) ?? [];
        return XmlResponse(Library(currencies, nominals, isFull));
    }

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

    /// <summary>A currency id of the bank, which may be padded with spaces; null if the text is not a valid id.</summary>
    public static string? Key(string? text) =>
        text?.Trim() is { Length: >= 1 and <= 10 } key && key.All(char.IsAsciiLetterOrDigit) ? key : null;

    /// <summary>The bank's response to invalid parameters.</summary>
    public static byte[] ErrorInParameters() => Write(xml => xml.WriteElementString("ValCurs", "Error in parameters"));

    /// <summary>The rate of one unit, without trailing zeros; with an exponent below one ten-thousandth.</summary>
    public static string Unit(decimal perUnit) =>
        perUnit.ToString(perUnit < 0.0001m ? "0.############################E-00" : "0.############################", DailySheet.Numbers);

    private static string Text(decimal value) => value.ToString(DailySheet.Numbers);
    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
    private static string Text(DateOnly date) => date.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);

    private static readonly string[] DateForms = ["dd/MM/yyyy", "d/M/yyyy", "dd.MM.yyyy"];

    private static DateOnly? Date(string? text) =>
        DateOnly.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && ValidDates.Contains(date) ? date : null;

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

    private static IResult XmlResponse(byte[] xml) =>
        Results.Bytes(xml, "application/xml; charset=windows-1251", entityTag: new(EntityTag.Of(xml)));
}
