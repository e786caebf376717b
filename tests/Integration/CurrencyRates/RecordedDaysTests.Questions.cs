using System.Text.Json;
using CurrencyRates.Sheets;
using Kit;
using Xunit;

namespace Integration.CurrencyRates;

/// <summary>Other requests of readers: history, conversion, states, and invalid requests.</summary>
public partial class RecordedDaysTests
{
    [Theory]
    [InlineData("/v1/2010-31-01", 422)]
    [InlineData("/v1/latest?amount=0", 422)]
    [InlineData("/v1/latest?amount=1e5", 422)]
    [InlineData("/v1/latest?base=EUR&symbols=EUR", 422)]
    [InlineData("/v1/1999-01-01", 404)]
    [InlineData("/v1/latest?base=XXX", 404)]
    [InlineData("/v1/nothing", 404)]
    [InlineData("/api/rates?date=tomorrow", 400)]
    [InlineData("/api/rates?lang=de", 400)]
    [InlineData("/api/rates/convert?from=USD&to=ZZZ", 404)]
    [InlineData("/api/rates/convert?from=USD&to=EUR&amount=-1", 400)]
    [InlineData("/api/rates/convert?from=USD&to=EUR&amount=NaN", 400)]
    [InlineData("/api/rates/convert?to=EUR", 400)]
    [InlineData("/api/rates/convert?from=USD&to=EUR&decimals=11", 400)]
    [InlineData("/api/rates/QQQ/history", 404)]
    [InlineData("/api/rates/USD/history?interval=hourly", 400)]
    [InlineData("/api/rates/USD/history?interval=0", 400)]
    [InlineData("/api/rates/USD/history?from=2025-04-05&to=2025-04-01", 400)]
    [InlineData("/api/rates/USD/history?format=xls", 400)]
    [InlineData("/api/states?asOf=2025-13-01", 400)]
    public async Task An_invalid_request_gets_a_problem(string path, int status)
    {
        using var reader = service.Client();
        using var answer = await reader.GetAsync(path, Ct);
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("/api/rates?date=9999-12-31", "date")]
    [InlineData("/api/rates?date=0001-01-01", "date")]
    [InlineData("/api/rates?asOf=9999-12-31T23:59:59Z", "asOf")]
    [InlineData("/api/states?asOf=0001-01-01", "asOf")]
    [InlineData("/api/rates/convert?from=USD&to=EUR&date=9999-12-31", "date")]
    [InlineData("/api/rates/USD/history?to=0001-06-01", "to")]
    [InlineData("/api/rates/USD/history?from=0001-01-01", "from")]
    [InlineData("/api/rates/USD/history?to=soon", "to")]
    [InlineData("/api/rates/trends?to=0001-01-01", "to")]
    [InlineData("/api/rates/trends?to=soon", "to")]
    [InlineData("/api/rates/convert?from=USD&to=EUR&decimals=99999999999", "decimals")]
    [InlineData("/admin/currency-rates/streams/rates-2025-04-01/state?asOf=9999-12-31T23:59:59Z", "asOf")]
    [InlineData("/admin/currency-rates/streams/rates-2025-04-01/state?version=99999999999999999999", "version")]
    public async Task A_parameter_out_of_range_is_named(string path, string field)
    {
        using var operators = service.Client("operator");
        (await operators.Send($"GET {path}")).IsProblem(400, field);
    }

    [Fact]
    public async Task A_sheet_outside_the_valid_dates_is_rejected()
    {
        using var operators = service.Client("operator");
        var sheet = new { rates = new[] { new { id = "R01235", numCode = "840", charCode = "USD", nominal = 1, value = 1 } } };
        (await operators.Send("PUT /api/rates/sheets/9999-12-31", sheet, "*")).IsProblem(400, "date");
        (await operators.Send("PUT /api/rates/sheets/0001-01-01", sheet, "*")).IsProblem(400, "date");
    }

    [Theory]
    [InlineData("/scripts/XML_daily.asp?date_req=31/12/9999")]
    [InlineData("/scripts/XML_dynamic.asp?date_req1=01/01/0001&date_req2=01/04/2025&VAL_NM_RQ=R01375")]
    [InlineData("/scripts/XML_dynamic.asp?date_req1=01/04/2025&date_req2=05/04/2025&VAL_NM_RQ=%01")]
    [InlineData("/scripts/XML_daily.asp?date_req=2025-04-01")]
    [InlineData("/scripts/XML_dynamic.asp?date_req1=05/04/2025&date_req2=01/04/2025&VAL_NM_RQ=R01375")]
    [InlineData("/scripts/XML_dynamic.asp")]
    public async Task Clients_of_the_bank_get_the_error_of_the_bank(string path)
    {
        using var reader = service.Client();
        Assert.Equal("Error in parameters", (await Xml(reader, path)).Value);
    }

    [Fact]
    public async Task History_is_available_as_JSON_CSV_and_NDJSON_with_its_extremes()
    {
        using var reader = service.Client();
        var usd = Seeds.Rates.Where(r => r.CharCode == "USD" && r.Date.Year == 2025 && r.Date.Month == 4).ToArray();
        var daily = await Get(reader, "/api/rates/usd/history?from=2025-04-01&to=2025-04-07");
        Assert.Equal(usd.Select(r => r.Value), daily.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("rate").GetRawText()));
        Assert.Equal(
            ("2025-04-05", usd.Min(r => r.Number)),
            (daily.GetProperty("min").GetProperty("date").GetString(), daily.GetProperty("min").GetProperty("perUnit").GetDecimal()));
        Assert.Equal(
            ("2025-04-01", usd.Max(r => r.Number)),
            (daily.GetProperty("max").GetProperty("date").GetString(), daily.GetProperty("max").GetProperty("perUnit").GetDecimal()));
        Assert.Equal(usd.Average(r => r.Number), daily.GetProperty("average").GetDecimal());

        var weekly = await Get(reader, "/api/rates/USD/history?from=2025-04-01&to=2025-04-07&interval=weekly");
        Assert.Equal(
            [("2025-03-31", 5, "84.2774")],
            weekly.GetProperty("items")
                .EnumerateArray()
                .Select(i => (i.GetProperty("date").GetString(), i.GetProperty("sheets").GetInt32(), i.GetProperty("rate").GetRawText())));

        var csv = (await reader.GetStringAsync("/api/rates/USD/history?from=2025-04-01&to=2025-04-07&format=csv", Ct)).Split("\r\n");
        Assert.Equal("2025-04-01,USD,1,85.4963,85.4963,85.4963,85.4963,85.4963,1", csv[1]);
        var lines = (await reader.GetStringAsync("/api/rates/USD/history?from=2025-04-01&to=2025-04-07&format=ndjson", Ct)).Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(usd.Select(r => r.Value), lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("rate").GetRawText()));
    }

    [Fact]
    public async Task Trends_have_one_rate_for_each_week_and_end_at_the_date()
    {
        using var reader = service.Client();
        var usd = (await Get(reader, "/api/rates/trends?to=2025-04-05")).GetProperty("items").EnumerateArray()
            .Single(t => t.GetProperty("code").GetString() == "USD").GetProperty("items").EnumerateArray().ToArray();

        Assert.Equal(
            ("2025-04-05", "84.2774"),
            (usd[^1].GetProperty("date").GetString(), usd[^1].GetProperty("perUnit").GetRawText()));
        Assert.InRange(usd.Length, 1, RateTrends.Weeks + 1);
        Assert.Empty((await Get(reader, "/api/rates/trends?to=1990-01-01")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Conversion_is_exact_and_rounded_once()
    {
        using var reader = service.Client();
        // 1000 * (53.9256 / 1000000) / (96.5699 / 10) = 0.005584100...
        Assert.Equal(
            "0.0055841002",
            (await Get(reader, "/api/rates/convert?from=IRR&to=HKD&amount=1000&date=2026-04-25&decimals=10")).GetProperty("result")
                .GetRawText());
        Assert.Equal(
            "0.0056",
            (await Get(reader, "/api/rates/convert?from=IRR&to=HKD&amount=1000&date=2026-04-25")).GetProperty("result").GetRawText());
        var unchanged = await Get(reader, "/api/rates/convert?from=RUB&to=RUB&amount=12.34&date=2026-04-25");
        Assert.Equal(12.34m, unchanged.GetProperty("result").GetDecimal());
        Assert.Contains("half to even", unchanged.GetProperty("rounding").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_states_are_listed_as_of_a_date()
    {
        using var reader = service.Client();
        var now = (await Get(reader, "/api/states?asOf=2026-05-10T12:00:00Z"))
            .GetProperty("items")
            .EnumerateArray()
            .ToDictionary(s => s.GetProperty("state").GetString()!);
        Assert.Equal(27, now.Count);
        Assert.Equal(
            (10, 17),
            (
                now.Values.Count(s => s.GetProperty("group").GetString() == "member"),
                now.Values.Count(s => s.GetProperty("group").GetString() == "partner")));
        foreach (var (state, offset) in new[]
        {
            ("IN", "+05:30"), ("NP", "+05:45"), ("IR", "+03:30"), ("MM", "+06:30"), ("AF", "+04:30"), ("LK", "+05:30"), ("KZ", "+05:00"),
            ("EG", "+03:00"), ("RU", "+03:00"),
        })
            Assert.Equal(offset, now[state].GetProperty("utcOffset").GetString());
        Assert.Equal(
            ("2026-10-29T21:00:00+00:00", "+02:00"),
            (
                now["EG"].GetProperty("clock").GetProperty("nextChange").GetProperty("at").GetString(),
                now["EG"].GetProperty("clock").GetProperty("nextChange").GetProperty("utcOffset").GetString()));
        Assert.False(now["RU"].GetProperty("clock").TryGetProperty("nextChange", out _));

        var then = (await Get(reader, "/api/states?asOf=2020-01-15"))
            .GetProperty("items")
            .EnumerateArray()
            .ToDictionary(s => s.GetProperty("state").GetString()!);
        Assert.Equal((8, 4, 6), (Count("member"), Count("observer"), Count("dialoguePartner")));
        Assert.Equal(
            ("Nur-Sultan", "+06:00"),
            (then["KZ"].GetProperty("capital").GetProperty("en").GetString(), then["KZ"].GetProperty("utcOffset").GetString()));
        Assert.Equal("Астана", now["KZ"].GetProperty("capital").GetProperty("ru").GetString());
        Assert.Equal("observer", then["BY"].GetProperty("group").GetString());
        int Count(string group) => then.Values.Count(s => s.GetProperty("group").GetString() == group);
    }
}
