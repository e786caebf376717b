using System.Globalization;
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
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/scripts/XML_daily.asp", (string? date_req, IQuerySession session, CancellationToken ct) =>
                DailySheetOf(date_req, "ru", session, ct))
            .AllowAnonymous().Produces<string>(200, "application/xml")
            .WithMetadata(Example(BankXmlDocuments.Daily(Friday, [Yuan.Rate], Named("ru"))));
        app.MapGet("/scripts/XML_daily_eng.asp", (string? date_req, IQuerySession session, CancellationToken ct) =>
                DailySheetOf(date_req, "en", session, ct))
            .AllowAnonymous().Produces<string>(200, "application/xml")
            .WithMetadata(Example(BankXmlDocuments.Daily(Friday, [Yuan.Rate], Named("en"))));

        app.MapGet("/scripts/XML_dynamic.asp", async (
            string? date_req1,
            string? date_req2,
            string? VAL_NM_RQ,
            IQuerySession session,
            CancellationToken ct) =>
            {
                if (Date(date_req1) is not { } from || Date(date_req2) is not { } to || from > to || Key(VAL_NM_RQ) is not { } id)
                    return XmlResponse(BankXmlDocuments.ErrorInParameters());
                var series = await session.Series(from, to, [id], ct);
                return XmlResponse(BankXmlDocuments.Dynamic(id, from, to, series));
            }).AllowAnonymous().Produces<string>(200, "application/xml")
                .WithMetadata(Example(BankXmlDocuments.Dynamic(Yuan.Rate.Id, Friday, Friday, [Yuan])));

        foreach (var (script, isFull) in new[] { ("XML_val.asp", false), ("XML_valFull.asp", true) })
            app.MapGet($"/scripts/{script}", (string? d, IQuerySession session, CancellationToken ct) => LibraryOf(d, isFull, session, ct))
                .AllowAnonymous().Produces<string>(200, "application/xml")
                .WithMetadata(Example(BankXmlDocuments.Library([Chinese], new Dictionary<string, int>(), isFull)));
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
    private static AnswerExample Example(byte[] xml) => new(BankXmlDocuments.Windows1251.GetString(xml));

    private static async Task<IResult> DailySheetOf(
        string? requested,
        string language,
        IQuerySession session,
        CancellationToken ct)
    {
        var date = Date(requested);
        if (!string.IsNullOrEmpty(requested) && date is null) return XmlResponse(BankXmlDocuments.ErrorInParameters());
        // Without a date, the newest sheet is returned, which is usually the one for tomorrow.
        var sheet = date is null ? await session.Newest(ct) : await session.EffectiveOn(date.Value, ct);
        var names = (await session.Query<Currency>().ToListAsync(ct)).Where(c => c.BankId is not null).ToDictionary(
            c => c.BankId!, c => c.Names[language]);
        return XmlResponse(BankXmlDocuments.Daily(sheet?.EffectiveFrom ?? date, sheet?.Rates ?? [], names));
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
        if (d is not (null or "" or "0" or "1")) return XmlResponse(BankXmlDocuments.ErrorInParameters());
        var currencies = d == "1" ? []
            : await session.Query<Currency>().Where(c => c.BankId != null).OrderBy(c => c.BankId).ToListAsync(ct);
        var nominals = (await session.Newest(ct))?.Rates.ToDictionary(r => r.Id, r => r.Nominal) ?? [];
        return XmlResponse(BankXmlDocuments.Library(currencies, nominals, isFull));
    }

    /// <summary>A currency id of the bank, which may be padded with spaces; null if the text is not a valid id.</summary>
    public static string? Key(string? text) =>
        text?.Trim() is { Length: >= 1 and <= 10 } key && key.All(char.IsAsciiLetterOrDigit) ? key : null;

    private static readonly string[] DateForms = ["dd/MM/yyyy", "d/M/yyyy", "dd.MM.yyyy"];

    private static DateOnly? Date(string? text) =>
        DateOnly.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && ValidDates.Contains(date) ? date : null;

    private static IResult XmlResponse(byte[] xml) =>
        Results.Bytes(xml, "application/xml; charset=windows-1251", entityTag: new(EntityTag.Of(xml)));
}
