using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using System.Xml;
using System.Xml.Linq;
using CurrencyRates.Sheets;

namespace CurrencyRates.Bank;

/// <summary>
/// The response of the bank cannot be used. Readers see the reason, because it explains why the table may be out of date.
/// </summary>
public sealed class UnusableAnswer(string reason, Exception? cause = null) : Exception(reason, cause);

/// <summary>
/// Parses the daily sheet of the bank. Pure. Only a complete and plausible sheet is accepted; otherwise the reason is thrown.
/// </summary>
public sealed partial record DailySheet(DateOnly EffectiveFrom, IReadOnlyList<Rate> Rates)
{
    /// <summary>The longest time between two sheets: the January holidays, plus some days.</summary>
    public const int LongestPause = 15;

    /// <summary>The number format of the bank: a decimal comma and no group separators.</summary>
    public static readonly NumberFormatInfo Numbers = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "" };

    /// <summary>Windows-1251, the encoding of the bank; invalid characters are errors.</summary>
    public static readonly Encoding Windows1251 = CodePagesEncodingProvider.Instance.GetEncoding(
        1251, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    /// <summary>
    /// Parses the response to a request for <paramref name="asked"/>: the sheet of that date, or the one that is still in effect on it.
    /// </summary>
    public static DailySheet Parse(byte[] body, string? charset, DateOnly asked)
    {
        var root = Read(Decode(body, charset));
        if (root.Name.LocalName == "html") throw new UnusableAnswer("the bank answered with an HTML page instead of rates");
        if (root.Name != "ValCurs") throw new UnusableAnswer($"the bank answered with <{root.Name}> instead of rates");
        if (!root.HasElements)
            throw new UnusableAnswer(
                root.Value.Trim() is { Length: > 0 } text ? $"the bank answered: {text}" : "the bank answered with an empty sheet");
        if (!DateOnly.TryParseExact(
            (string?)root.Attribute("Date"),
            "dd.MM.yyyy",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date)) throw new UnusableAnswer("the bank's sheet has no date");
        if (date > asked || asked.DayNumber - date.DayNumber > LongestPause)
            throw new UnusableAnswer($"the bank was asked for {asked:yyyy-MM-dd} and answered with {date:yyyy-MM-dd}");
        Rate[] rates = [.. root.Elements("Valute").Select(ToRate)];
        if (rates.CountBy(r => r.Id).FirstOrDefault(c => c.Value > 1).Key is { } twice)
            throw new UnusableAnswer($"the bank's sheet has {twice} more than once");
        return new(date, rates);
    }

    private static string Decode(byte[] body, string? charset)
    {
        if (body.Length == 0) throw new UnusableAnswer("the bank sent an empty response");
        var start = Encoding.ASCII.GetString(body, 0, Math.Min(body.Length, 1000));
        if (Html.IsMatch(start)) throw new UnusableAnswer("the bank answered with an HTML page instead of rates");
        var declared = Declaration().Match(start) is { Success: true } match
            ? match.Groups[1].Value.ToLowerInvariant()
            : charset?.ToLowerInvariant() ?? "utf-8";
        // Russian text that is valid UTF-8 is not in another encoding, so the declaration of the document takes precedence over the header
        // of a proxy.
        var isCertain = declared == "utf-8" && Utf8.IsValid(body);
        if (!isCertain && charset is not null && !charset.Equals(declared, StringComparison.OrdinalIgnoreCase))
            throw new UnusableAnswer(
                $"the bank's sheet declares {declared}, but its HTTP header says {charset}: the character set is unclear");
        Encoding? encoding = declared switch
        {
            "windows-1251" => Windows1251,
            "utf-8" => new UTF8Encoding(false, throwOnInvalidBytes: true),
            _ => null,
        };
        if (encoding is null) throw new UnusableAnswer($"the bank's sheet is in an unexpected character set: {declared}");
        try { return encoding.GetString(body); }
        catch (DecoderFallbackException e)
        {
            throw new UnusableAnswer($"the bank's sheet is not in the character set that it declares: {declared}", e);
        }
    }

    private static XElement Read(string text)
    {
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(text),
                new XmlReaderSettings
                {
                    DtdProcessing = DtdProcessing.Prohibit,
                    XmlResolver = null,
                    MaxCharactersInDocument = BankOfRussia.MaxResponseBytes,
                });
            return XDocument.Load(reader).Root!;
        }
        catch (XmlException e)
        {
            throw new UnusableAnswer(
                $"the bank's sheet is not a complete XML document (line {e.LineNumber}, position {e.LinePosition})", e);
        }
    }

    private static Rate ToRate(XElement valute)
    {
        var id = ((string?)valute.Attribute("ID"))?.Trim() ?? "";
        string Text(string name) =>
            ((string?)valute.Element(name))?.Trim() ?? throw new UnusableAnswer($"the bank's sheet has no {name} for {id}");
        decimal Number(string name) =>
            decimal.TryParse(Text(name), NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, Numbers, out var number) && number > 0
                ? number : throw new UnusableAnswer($"the bank's sheet has \"{Text(name)}\" as {name} of {id}");

        if (!Name().IsMatch(Text("Name")))
            throw new UnusableAnswer($"the bank's sheet has no readable name for {id}: its character set is wrong");
        if (!int.TryParse(Text("Nominal"), NumberStyles.None, CultureInfo.InvariantCulture, out var nominal) || nominal < 1)
            throw new UnusableAnswer($"the bank's sheet has \"{Text("Nominal")}\" as Nominal of {id}");
        var rate = new Rate(id, Text("NumCode").PadLeft(3, '0'), Text("CharCode"), nominal, Number("Value"));
        if (!Id().IsMatch(id) || !Code().IsMatch(rate.CharCode) || !NumCode().IsMatch(rate.NumCode))
            throw new UnusableAnswer($"the bank's sheet has an invalid currency: {id} {rate.NumCode} {rate.CharCode}");
        // The bank also publishes the rounded rate of one unit, which reveals a wrong nominal: that would be off by a factor of ten.
        if (valute.Element("VunitRate") is not null && Math.Abs(Number("VunitRate") / rate.PerUnit() - 1) > 0.001m)
            throw new UnusableAnswer($"the bank's sheet is inconsistent for {id}: Nominal, Value and VunitRate do not match");
        return rate;
    }

    // A backtracking engine would try every way to split a sequence of comments, which takes exponential time.
    private static readonly Regex Html = new(
        @"^\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)\b",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.NonBacktracking);

    [GeneratedRegex("""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")]
    private static partial Regex Declaration();

    // Russian or Latin letters: text decoded with a wrong character set contains other letters and symbols.
    [GeneratedRegex(@"^[А-Яа-яЁёA-Za-z0-9 ().,'""«»–-]+$")]
    private static partial Regex Name();

    [GeneratedRegex("^[A-Z0-9]{1,10}$")]
    private static partial Regex Id();

    [GeneratedRegex("^[A-Z]{3}$")]
    private static partial Regex Code();

    [GeneratedRegex("^[0-9]{3}$")]
    private static partial Regex NumCode();
}
