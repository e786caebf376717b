extern alias gateway;

using System.Globalization;
using System.Text.Json;
using Kit;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

namespace Integration.CurrencyRates;

/// <summary>Third-party clients against the gateway: they work after changing only the host.</summary>
public class ForeignClientsTests(SeededFixture service) : IClassFixture<SeededFixture>
{
    [Fact]
    public async Task A_Frankfurter_client_works_unchanged()
    {
        var got = await Run("frankfurter.mjs");
        Assert.Equal(84.2774m, got.GetProperty("one").GetDecimal());
        Assert.Equal(Math.Round(1 / 91.9643m, 8), Math.Round(got.GetProperty("some").GetProperty("EUR").GetDecimal(), 8));
        Assert.Equal(Math.Round(1 / 11.6029m, 8), Math.Round(got.GetProperty("some").GetProperty("CNY").GetDecimal(), 8));
        Assert.Equal(43, got.GetProperty("latest").GetInt32()); // the 43 currencies of that day, without the euro and with the rouble
        Assert.Equal(84277.4m, Math.Round(got.GetProperty("converted").GetDecimal(), 3));
        Assert.Equal(
            ("2025-04-01", "2025-04-05"),
            (got.GetProperty("range").GetProperty("start_date").GetString(), got.GetProperty("range").GetProperty("end_date").GetString()));
        Assert.Equal(
            Seeds.Rates.Where(r => r.CharCode == "CNY" && r.Date.Month == 4 && r.Date.Year == 2025).Select(r => r.Number),
            got.GetProperty("range").GetProperty("rates").EnumerateObject().Select(d => d.Value.GetProperty("RUB").GetDecimal()));
        Assert.Equal(
            ("Chinese Yuan", "Russian Ruble"),
            (got.GetProperty("currencies").GetProperty("CNY").GetString(), got.GetProperty("currencies").GetProperty("RUB").GetString()));
    }

    [Fact]
    public async Task Parsers_of_the_banks_XML_work_unchanged()
    {
        var got = await Run("bank.mjs");
        Assert.All(
            got.EnumerateObject(), a => Assert.Equal("application/xml; charset=windows-1251", a.Value.GetProperty("type").GetString()));

        var daily = got.GetProperty("daily").GetProperty("ValCurs");
        Assert.Equal(
            ("25.04.2026", "Foreign Currency Market"), (daily.GetProperty("Date").GetString(), daily.GetProperty("name").GetString()));
        Assert.Equal(
            Seeds.Rates.Where(r => r.Date == new DateOnly(2026, 4, 25)).Select(
                r => (r.Id, r.NumCode, r.CharCode, r.Nominal.ToString(CultureInfo.InvariantCulture), r.Value.Replace('.', ','))),
            daily.GetProperty("Valute")
                .EnumerateArray()
                .Select(v => (Text(v, "ID"), Text(v, "NumCode"), Text(v, "CharCode"), Text(v, "Nominal"), Text(v, "Value"))));
        Assert.Equal(
            "5,39256E-05", Text(daily.GetProperty("Valute").EnumerateArray().Single(v => Text(v, "CharCode") == "IRR"), "VunitRate"));
        Assert.Equal(
            "Фунт стерлингов",
            Text(daily.GetProperty("Valute").EnumerateArray().Single(v => Text(v, "CharCode") == "GBP"), "Name"));

        var english = got.GetProperty("english").GetProperty("ValCurs");
        Assert.Equal(
            ("05.04.2025", "Pound Sterling"),
            (
                Text(english, "Date"),
                Text(english.GetProperty("Valute").EnumerateArray().Single(v => Text(v, "CharCode") == "GBP"), "Name")));

        var dynamic = got.GetProperty("dynamic").GetProperty("ValCurs");
        Assert.Equal(
            ("R01375", "01.04.2025", "07.04.2025"), (Text(dynamic, "ID"), Text(dynamic, "DateRange1"), Text(dynamic, "DateRange2")));
        Assert.Equal(
            [
                ("01.04.2025", "11,7136"),
                ("02.04.2025", "11,6029"),
                ("03.04.2025", "11,5258"),
                ("04.04.2025", "11,4818"),
                ("05.04.2025", "11,6044"),
            ],
            dynamic.GetProperty("Record").EnumerateArray().Select(r => (Text(r, "Date"), Text(r, "Value"))));

        var items = got.GetProperty("library").GetProperty("Valuta").GetProperty("Item").EnumerateArray().ToDictionary(i => Text(i, "ID"));
        Assert.Equal(55, items.Count);
        Assert.Equal(
            ("36", "AUD", "R01010   ", "Австралийский доллар"),
            (
                Text(items["R01010"], "ISO_Num_Code"),
                Text(items["R01010"], "ISO_Char_Code"),
                Text(items["R01010"], "ParentCode")[..9],
                Text(items["R01010"], "Name")));
        Assert.Equal("Error in parameters", got.GetProperty("mistaken").GetProperty("ValCurs").GetString());
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private async Task<JsonElement> Run(string script)
    {
        await using var replica = service.OnPort();
        await using var front = RatesFixture.OnPort(new WebApplicationFactory<gateway::Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Auth:PublicKeyFile", Tokens.PublicKeyFile);
            host.UseSetting("ConnectionStrings:Postgres", service.Servers.Database);
            host.UseSetting("ConnectionStrings:RabbitMq", service.Servers.Bus.ToString());
            host.UseSetting("ReverseProxy:Clusters:currency-rates:Destinations:one:Address", RatesFixture.AddressOf(replica));
            host.UseSetting("Logging:LogLevel:Default", "Warning");
        }));
        return JsonDocument.Parse(await ForeignProcess.Run("node", script, RatesFixture.AddressOf(front))).RootElement;
    }
}
