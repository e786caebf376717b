using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using CurrencyRates.Sheets;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Public = Platform.Contracts.CurrencyRates;

namespace Integration.CurrencyRates;

public partial class RecordedDaysTests(SeededFixture service) : IClassFixture<SeededFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    static RecordedDaysTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("2025-04-01", "2025-04-01")]
    [InlineData("2025-04-02", "2025-04-02")]
    [InlineData("2025-04-03", "2025-04-03")]
    [InlineData("2025-04-04", "2025-04-04")]
    [InlineData("2025-04-05", "2025-04-05")] // Saturday
    [InlineData("2025-04-06", "2025-04-05")] // Sunday
    [InlineData("2025-04-07", "2025-04-05")] // Monday
    public async Task Table_single_date_range_converter_history_and_XML_agree(string asked, string holds)
    {
        var usd = Recorded(holds, "USD");
        using var reader = service.Client();
        var date = DateOnly.ParseExact(asked, "yyyy-MM-dd", CultureInfo.InvariantCulture);

        var table = await Get(reader, $"/api/rates?date={asked}");
        Assert.Equal((asked, holds), (table.GetProperty("date").GetString(), table.GetProperty("effectiveFrom").GetString()));
        Assert.Equal(usd.Value, Row(table, "others", "USD").GetProperty("rate").GetRawText());

        var single = await Get(reader, $"/v1/{asked}?base=USD&symbols=RUB");
        Assert.Equal(
            (holds, usd.Number), (single.GetProperty("date").GetString(), single.GetProperty("rates").GetProperty("RUB").GetDecimal()));

        var range = await Get(reader, $"/v1/{asked}..{asked}?base=USD&symbols=RUB");
        Assert.Equal(holds, range.GetProperty("end_date").GetString());
        Assert.Equal(usd.Number, range.GetProperty("rates").GetProperty(holds).GetProperty("RUB").GetDecimal());

        var converted = await Get(reader, $"/api/rates/convert?from=USD&to=RUB&amount=1&date={asked}");
        Assert.Equal(
            (holds, usd.Number), (converted.GetProperty("effectiveFrom").GetString(), converted.GetProperty("result").GetDecimal()));

        var history = await Get(reader, $"/api/rates/USD/history?from={asked}&to={asked}");
        Assert.Equal(
            [(holds, usd.Value)],
            history.GetProperty("items")
                .EnumerateArray()
                .Select(i => (i.GetProperty("date").GetString(), i.GetProperty("rate").GetRawText())));

        var xml = await Xml(reader, string.Create(CultureInfo.InvariantCulture, $"/scripts/XML_daily.asp?date_req={date:dd'/'MM'/'yyyy}"));
        Assert.Equal(holds, Iso((string)xml.Attribute("Date")!));
        Assert.Equal(
            usd.Value.Replace('.', ','),
            (string)xml.Elements("Valute").Single(v => (string)v.Element("CharCode")! == "USD").Element("Value")!);
    }

    [Fact]
    public async Task A_week_as_a_range_has_the_same_days_as_single_dates()
    {
        using var reader = service.Client();
        var week = await Get(reader, "/v1/2025-04-01..2025-04-07?base=CNY&symbols=RUB");
        Assert.Equal(
            ["2025-04-01", "2025-04-02", "2025-04-03", "2025-04-04", "2025-04-05"],
            week.GetProperty("rates").EnumerateObject().Select(d => d.Name));
        foreach (var day in week.GetProperty("rates").EnumerateObject())
            Assert.Equal(Recorded(day.Name, "CNY").Number, day.Value.GetProperty("RUB").GetDecimal());

        var dynamic = await Xml(reader, "/scripts/XML_dynamic.asp?date_req1=01/04/2025&date_req2=07/04/2025&VAL_NM_RQ=R01375");
        Assert.Equal(
            week.GetProperty("rates").EnumerateObject().Select(d => d.Name),
            dynamic.Elements("Record").Select(r => Iso((string)r.Attribute("Date")!)));
        Assert.Empty(
            (await Xml(reader, "/scripts/XML_dynamic.asp?date_req1=06/04/2025&date_req2=07/04/2025&VAL_NM_RQ=R01375")).Elements("Record"));
    }

    [Fact]
    public async Task Every_recorded_rate_is_exact_in_all_interfaces_and_after_a_rebuild()
    {
        using var reader = service.Client();
        Assert.Equal(367, Seeds.Rates.Count);
        await Check();

        var before = await service.Servers.Query<string>(
            "select string_agg(id || data::text, '|' order by id) from currency_rates.mt_doc_ratesheet");
        using (var daemon = await service.Services.GetRequiredService<IDocumentStore>().BuildProjectionDaemonAsync())
            await daemon.RebuildProjectionAsync<RateSheet>(Ct);
        Assert.Equal(
            before,
            await service.Servers.Query<string>(
                "select string_agg(id || data::text, '|' order by id) from currency_rates.mt_doc_ratesheet"));
        await Check();

        async Task Check()
        {
            foreach (var day in Seeds.Rates.GroupBy(r => r.Date))
            {
                var table = await Get(reader, string.Create(CultureInfo.InvariantCulture, $"/api/rates?date={day.Key:yyyy-MM-dd}"));
                var shown = table.GetProperty("rows")
                    .EnumerateArray()
                    .Concat(table.GetProperty("others").EnumerateArray())
                    .Where(r => r.GetProperty("quoted").GetBoolean())
                    .ToDictionary(
                        r => r.GetProperty("code").GetString()!,
                        r => (r.GetProperty("nominal").GetInt32(), r.GetProperty("rate").GetRawText()));
                Assert.Equal(day.ToDictionary(r => r.CharCode, r => (r.Nominal, r.Value)), shown);

                var xml = await Xml(
                    reader, string.Create(CultureInfo.InvariantCulture, $"/scripts/XML_daily_eng.asp?date_req={day.Key:dd'/'MM'/'yyyy}"));
                Assert.Equal(
                    day.Select(r => (r.Id, r.NumCode, r.CharCode, r.Nominal, r.Value.Replace('.', ','))),
                    xml.Elements("Valute").Select(v =>
                        (
                            (string)v.Attribute("ID")!,
                            (string)v.Element("NumCode")!,
                            (string)v.Element("CharCode")!,
                            (int)v.Element("Nominal")!,
                            (string)v.Element("Value")!)));

                foreach (var rate in day)
                {
                    var stored =
                        await service.Servers.Query<string>(
                            "select r ->> 'value' from currency_rates.mt_events e, jsonb_array_elements(e.data -> 'rates') r where "
                            + $"e.stream_id = 'rates-{day.Key:yyyy-MM-dd}' and r ->> 'charCode' = '{rate.CharCode}'");
                    Assert.Equal(rate.Value, stored);
                }
            }
        }
    }

    [Fact]
    public async Task A_new_nominal_is_not_a_change_of_the_rate()
    {
        using var reader = service.Client();
        var table = await Get(reader, "/api/rates?date=2026-04-25");
        Assert.Equal("2025-12-13", table.GetProperty("comparedWith").GetString());
        var rial = Row(table, "rows", "IRR");
        Assert.Equal(
            (1000000, "53.9256", "0.0000539256", "-0.0000672234"),
            (
                rial.GetProperty("nominal").GetInt32(),
                rial.GetProperty("rate").GetRawText(),
                rial.GetProperty("perUnit").GetRawText(),
                rial.GetProperty("change").GetRawText()));
        var dollar = Row(table, "others", "HKD");
        Assert.Equal(
            (10, "96.5699", "-0.60161"),
            (dollar.GetProperty("nominal").GetInt32(), dollar.GetProperty("rate").GetRawText(), dollar.GetProperty("change").GetRawText()));
    }

    [Fact]
    public async Task The_table_lists_the_states_in_order_and_explains_missing_rates()
    {
        using var reader = service.Client();
        var rows = (await Get(reader, "/api/rates?date=2026-04-25&lang=ru")).GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(
            "RU BY CN IN IR KZ KG PK TJ UZ AF MN AM AZ BH KH EG KW LA MV MM NP QA SA LK TR AE",
            string.Join(' ', rows.Select(r => r.GetProperty("state").GetString())));
        Assert.Equal(
            ["RUB", "PKR", "AFN", "KHR", "KWD", "LAK", "MVR", "NPR", "LKR"],
            rows.Where(r => !r.GetProperty("quoted").GetBoolean()).Select(r => r.GetProperty("code").GetString()));
        Assert.All(
            rows.Where(r => !r.GetProperty("quoted").GetBoolean()),
            r => Assert.False(string.IsNullOrEmpty(r.GetProperty("reason").GetString())));
        Assert.Equal(
            ("Казахстан", "Тенге"),
            (rows[5].GetProperty("stateName").GetString(), rows[5].GetProperty("currency").GetString()));

        var early = (await Get(reader, "/api/rates?date=2023-09-27"))
            .GetProperty("rows")
            .EnumerateArray()
            .Select(r => r.GetProperty("state").GetString());
        Assert.Equal("RU CN IN IR KZ KG PK TJ UZ BY AF MN AM AZ BH KH EG KW MV MM NP QA SA LK TR AE", string.Join(' ', early));
    }

    [Fact]
    public async Task A_gap_in_the_past_is_reported()
    {
        using var reader = service.Client();
        Assert.Contains(
            "2023-09-27 and 2025-04-01",
            (await Get(reader, "/api/rates?date=2024-06-01")).GetProperty("stale").GetProperty("reason").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await Get(reader, "/api/rates?date=2025-04-03")).GetProperty("stale").ValueKind);
    }

    [Fact]
    public async Task A_correction_keeps_both_values_and_asOf_shows_the_earlier_one()
    {
        using var operators = service.Client("operator");
        var wrong = new { rates = new[] { new { id = "R01235", numCode = "840", charCode = "USD", nominal = 1, value = "10.1000" } } };
        var right = new { rates = new[] { new { id = "R01235", numCode = "840", charCode = "USD", nominal = 1, value = "20.2000" } } };
        service.Clock.Set(new(2025, 5, 1, 10, 0, 0, TimeSpan.Zero));
        Assert.Equal(HttpStatusCode.Created, (await operators.PutAsJsonAsync("/api/rates/sheets/2022-01-11", wrong, Ct)).StatusCode);
        service.Clock.Set(new(2025, 5, 2, 10, 0, 0, TimeSpan.Zero));
        using var correct = new HttpRequestMessage(HttpMethod.Put, "/api/rates/sheets/2022-01-11")
        {
            Content = JsonContent.Create(right),
            Headers = { { "If-Match", "\"1\"" } },
        };
        Assert.Equal(HttpStatusCode.NoContent, (await operators.SendAsync(correct, Ct)).StatusCode);

        Assert.Equal("20.2000", await Usd("/api/rates?date=2022-01-12"));
        Assert.Equal("10.1000", await Usd("/api/rates?date=2022-01-12&asOf=2025-05-01T12:00:00Z"));
        Assert.Equal("20.2000", await Usd("/api/rates?date=2022-01-12&asOf=2025-05-02T13:01:00%2B03:00"));
        Assert.Equal(
            HttpStatusCode.NotFound, (await operators.GetAsync("/api/rates?date=2022-01-12&asOf=2025-05-01T09:59:00Z", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await operators.GetAsync("/api/rates?asOf=yesterday", Ct)).StatusCode);

        Assert.Equal(
            "20.2000",
            (await service.Bus.WaitFor<Public.RatesCorrected>(
                c => c.EffectiveFrom == new DateOnly(2022, 1, 11), "the correction is published")).Rates.Single().Value
                    .ToString(CultureInfo.InvariantCulture));

        async Task<string> Usd(string path) => Row(await Get(operators, path), "others", "USD").GetProperty("rate").GetRawText();
    }

    [Fact]
    public async Task Recording_equal_rates_and_rebuilding_publish_nothing_again()
    {
        using var operators = service.Client("operator");
        await Eventually.IsTrue(
            () => Task.FromResult(service.Bus.Received<Public.RatesPublished>().Select(p => p.EffectiveFrom).Distinct().Count() >= 8),
            "the recorded days are published");
        await Seeds.Send(operators, "currency-rates");
        await Seeds.Send(operators, "states");
        using (var daemon = await service.Services.GetRequiredService<IDocumentStore>().BuildProjectionDaemonAsync())
            await daemon.RebuildProjectionAsync<RateSheet>(Ct);
        // Another sheet is published last: when it arrives, any earlier event has arrived.
        await operators.PutAsJsonAsync(
            "/api/rates/sheets/2022-06-01",
            new { rates = new[] { new { id = "R01235", numCode = "840", charCode = "USD", nominal = 1, value = "73.2737" } } },
            Ct);
        await service.Bus.WaitFor<Public.RatesPublished>(p => p.EffectiveFrom == new DateOnly(2022, 6, 1), "the next sheet is published");
        foreach (var day in Seeds.Rates.Select(r => r.Date).Distinct())
            Assert.Single(service.Bus.Received<Public.RatesPublished>(), p => p.EffectiveFrom == day);
    }

    private static Seeds.Rate Recorded(string date, string code) =>
        Seeds.Rates.Single(r => r.CharCode == code && r.Date == DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static JsonElement Row(JsonElement table, string part, string code) =>
        table.GetProperty(part).EnumerateArray().Single(r => r.GetProperty("code").GetString() == code);

    private static string Iso(string date) =>
        DateOnly.ParseExact(date, "dd.MM.yyyy", CultureInfo.InvariantCulture).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Task<JsonElement> Get(HttpClient client, string path) => client.GetFromJsonAsync<JsonElement>(path, Ct);

    private static async Task<XElement> Xml(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Ct);
        Assert.Equal("application/xml; charset=windows-1251", answer.EnsureSuccessStatusCode().Content.Headers.ContentType?.ToString());
        return XDocument.Load(await answer.Content.ReadAsStreamAsync(Ct)).Root!;
    }
}
