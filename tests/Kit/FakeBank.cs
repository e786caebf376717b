using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kit;

/// <summary>The faults that the fake bank can simulate.</summary>
public enum BankFault
{
    None, HtmlPage, Forbidden, RedirectLoop, WrongCharset, OtherCharset, HugeBody, EmptySheet, WrongDate, HalfDocument, CutConnection,
    SlowAnswer, SlowBody, ErrorInParameters, Nothing, Dtd, WrongNominal,
}

/// <summary>
/// A fake server of the Bank of Russia. It serves the recorded days of the seed files in the bank's exact format, up to the date in
/// <see cref="Published"/>. If a test sets <see cref="Fault"/>, it simulates a fault that was observed at the real bank.
/// </summary>
public sealed class FakeBank : IAsyncDisposable
{
    private static readonly Encoding Windows1251 = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;
    private static readonly NumberFormatInfo Comma = new() { NumberDecimalSeparator = "," };
    private static readonly Dictionary<string, string> NamesById = Seeds.Read("states").Where(r => r.Body.TryGetProperty("bankId", out _))
        .ToDictionary(r => r.Body.GetProperty("bankId").GetString()!, r => r.Body.GetProperty("names").GetProperty("ru").GetString()!);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();

    public FakeBank()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Answer);
        _app.StartAsync().GetAwaiter().GetResult();
    }

    public string Address => _app.Urls.Single() + "/";
    public BankFault Fault { get; set; }
    /// <summary>The newest date whose rates are published; later dates get the rates of this one.</summary>
    public DateOnly Published { get; set; } = DateOnly.MaxValue;
    /// <summary>Values that replace the recorded rates, by date and currency code.</summary>
    public Dictionary<(DateOnly, string), string> Corrections { get; } = [];
    /// <summary>Additional dates that have a sheet, each with the recorded day whose rates it contains.</summary>
    public Dictionary<DateOnly, DateOnly> Also { get; } = [];
    /// <summary>The path and the query of every request, in order of arrival.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Answer(HttpContext http)
    {
        _requests.Enqueue(http.Request.Path + http.Request.QueryString.ToString());
        var cancelled = http.RequestAborted;
        if (http.Request.Headers.UserAgent.Count == 0 || Fault == BankFault.Forbidden)
        {
            http.Response.StatusCode = 403;
            await http.Response.WriteAsync("<html><body>Forbidden</body></html>", cancelled);
            return;
        }
        if (Fault == BankFault.RedirectLoop) { http.Response.Redirect(http.Request.Path + http.Request.QueryString.ToString()); return; }
        if (Fault == BankFault.SlowAnswer) { await WaitUntilAborted(cancelled); return; }
        if (Fault == BankFault.HtmlPage)
        {
            await Send(
                http,
                "text/html; charset=utf-8",
                Encoding.UTF8.GetBytes(
                    "<!DOCTYPE html>\n<html><head><title>Checking your browser</title></head><body>Please wait</body></html>"));
            return;
        }
        if (Fault == BankFault.Nothing) { http.Response.ContentType = "application/xml"; return; }

        var text = (Fault, Date(http.Request.Query["date_req"])) switch
        {
            (BankFault.ErrorInParameters, _) or (_, null) =>
                """<?xml version="1.0" encoding="windows-1251"?><ValCurs>Error in parameters</ValCurs>""",
            (BankFault.EmptySheet, { } date) => """<?xml version="1.0" encoding="windows-1251"?>"""
                + $"""<ValCurs Date="{date:dd.MM.yyyy}" name="Foreign Currency Market"></ValCurs>""",
            (BankFault.WrongDate, { } date) => Regex.Replace(Sheet(date), "Date=\"[0-9.]+\"", "Date=\"01.02.2003\""),
            (BankFault.Dtd, { } date) =>
                Sheet(date).Replace("?><", "?><!DOCTYPE ValCurs [<!ENTITY x \"1\">]><", StringComparison.Ordinal),
            (BankFault.WrongNominal, { } date) =>
                Sheet(date).Replace("<Nominal>100</Nominal>", "<Nominal>1</Nominal>", StringComparison.Ordinal),
            (_, { } date) => Sheet(date),
        };
        var bytes = Fault switch
        {
            BankFault.WrongCharset => Encoding.UTF8.GetBytes(text),
            BankFault.HugeBody =>
                Windows1251.GetBytes(text.Replace("</ValCurs>", new string(' ', 5_000_000) + "</ValCurs>", StringComparison.Ordinal)),
            BankFault.HalfDocument => Windows1251.GetBytes(text)[..(text.Length / 2)],
            _ => Windows1251.GetBytes(text),
        };
        if (Fault is BankFault.CutConnection or BankFault.SlowBody)
        {
            http.Response.ContentType = "application/xml; charset=windows-1251";
            http.Response.ContentLength = bytes.Length;
            await http.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), cancelled);
            await http.Response.Body.FlushAsync(cancelled);
            if (Fault == BankFault.SlowBody) await WaitUntilAborted(cancelled);
            else http.Abort();
            return;
        }
        await Send(http, $"application/xml; charset={(Fault == BankFault.OtherCharset ? "utf-8" : "windows-1251")}", bytes);
    }

    /// <summary>The sheet that is valid on a date, in the bank's format.</summary>
    private string Sheet(DateOnly date)
    {
        var days = Seeds.Rates.Select(r => r.Date).Concat(Also.Keys);
        var day = days.Where(d => d <= date && d <= Published).Select(d => (DateOnly?)d).Max();
        var recorded = day is { } added && Also.TryGetValue(added, out var source) ? source : day;
        var xml = new StringBuilder("""<?xml version="1.0" encoding="windows-1251"?>""");
        xml.Append(CultureInfo.InvariantCulture, $"""<ValCurs Date="{day ?? date:dd.MM.yyyy}" name="Foreign Currency Market">""");
        // The bank sorts its rates by the Russian name of the currency; the seed files have a different order.
        foreach (var rate in Seeds.Rates.Where(r => r.Date == recorded).OrderBy(r => NamesById[r.Id], StringComparer.Ordinal))
        {
            var value = Corrections.TryGetValue((rate.Date, rate.CharCode), out var corrected) ? corrected : rate.Value;
            var unit = decimal.Parse(value, CultureInfo.InvariantCulture) / rate.Nominal;
            var unitText = unit.ToString(unit < 0.0001m ? "0.##############E-00" : "0.##############", Comma);
            xml.Append(CultureInfo.InvariantCulture, $"""<Valute ID="{rate.Id}"><NumCode>{rate.NumCode}</NumCode>""")
                .Append(CultureInfo.InvariantCulture, $"<CharCode>{rate.CharCode}</CharCode><Nominal>{rate.Nominal}</Nominal>")
                .Append(CultureInfo.InvariantCulture, $"<Name>{NamesById[rate.Id]}</Name><Value>{value.Replace('.', ',')}</Value>")
                .Append(CultureInfo.InvariantCulture, $"<VunitRate>{unitText}</VunitRate></Valute>");
        }
        return xml.Append("</ValCurs>").ToString();
    }

    private static DateOnly? Date(string? text) =>
        DateOnly.TryParseExact(text, "dd/MM/yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    private static async Task Send(HttpContext http, string type, byte[] body)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        try { await http.Response.Body.WriteAsync(body, http.RequestAborted); }
        catch (Exception e) when (e is OperationCanceledException or IOException) { } // The client has disconnected.
    }

    private static async Task WaitUntilAborted(CancellationToken cancelled)
    {
        try { await Task.Delay(Timeout.Infinite, cancelled); }
        catch (OperationCanceledException) { }
    }
}
