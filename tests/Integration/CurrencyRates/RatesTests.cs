using System.Net;
using CurrencyRates.Sheets;
using Kit;
using Xunit;
using Public = Platform.Contracts.CurrencyRates;

namespace Integration.CurrencyRates;

[Collection<CurrencyRatesService>]
public class RatesTests(CurrencyRatesService service) : IDisposable
{
    private readonly HttpClient _operator = service.Client("operator");
    private readonly HttpClient _reader = service.Client();

    [Fact]
    public async Task Recorded_rates_are_in_effect_until_the_next_sheet_and_are_published()
    {
        await Record("2020-01-10", "11.0951000000001");
        await Record("2020-01-14", "12");

        var saturday = await _reader.Get<RatesView>("/api/rates?date=2020-01-12");
        Assert.Equal(
            (new DateOnly(2020, 1, 10), new DateOnly(2020, 1, 12), 11.0951000000001m),
            (saturday.EffectiveFrom, saturday.Date, saturday.Rows[0].Rate));
        Assert.Equal(12, (await _reader.Get<RatesView>("/api/rates?date=2020-01-14")).Rows[0].Rate);
        var announced = await service.Bus.WaitFor<Public.RatesPublished>(
            r => r.EffectiveFrom == new DateOnly(2020, 1, 10), "the rates are published");
        Assert.Equal(11.0951000000001m, announced.Rates[0].Value);
    }

    [Fact]
    public async Task A_correction_requires_the_version_that_it_corrects()
    {
        await Record("2021-01-10", "11");
        (await _operator.Send("PUT /api/rates/sheets/2021-01-10", Sheet("11"))).Is(HttpStatusCode.NoContent);
        (await _operator.Send("PUT /api/rates/sheets/2021-01-10", Sheet("12"))).IsProblem(428, "If-Match");
        (await _operator.Send("PUT /api/rates/sheets/2021-01-10", Sheet("12"), ifMatch: "\"7\"")).IsProblem(412);
        (await _operator.Send("PUT /api/rates/sheets/2021-01-10", Sheet("12"), ifMatch: "\"1\"")).Is(HttpStatusCode.NoContent);

        Assert.Equal(12, (await _reader.Get<RatesView>("/api/rates?date=2021-01-11")).Rows[0].Rate);
        await service.Bus.WaitFor<Public.RatesCorrected>(
            r => r is { StreamVersion: 2, StreamId: "rates-2021-01-10" }, "the correction is published");
    }

    [Theory]
    [InlineData(400, "is missing 'rates'", "{}")]
    [InlineData(400, "rates", "{\"rates\":[]}")]
    [InlineData(400, "rates", "{\"rates\":[null]}")]
    [InlineData(400, "numCode", "{\"rates\":[{\"id\":\"R1\",\"numCode\":\"15\",\"charCode\":\"CNY\",\"nominal\":1,\"value\":1}]}")]
    [InlineData(400, "charCode", "{\"rates\":[{\"id\":\"R1\",\"numCode\":\"156\",\"charCode\":\"cny\",\"nominal\":1,\"value\":1}]}")]
    [InlineData(400, "nominal", "{\"rates\":[{\"id\":\"R1\",\"numCode\":\"156\",\"charCode\":\"CNY\",\"nominal\":0,\"value\":1}]}")]
    [InlineData(400, "value", "{\"rates\":[{\"id\":\"R1\",\"numCode\":\"156\",\"charCode\":\"CNY\",\"nominal\":1,\"value\":-1}]}")]
    [InlineData(400, "value", "{\"rates\":[{\"id\":\"R1\",\"numCode\":\"156\",\"charCode\":\"CNY\",\"nominal\":1,\"value\":\"11,5\"}]}")]
    [InlineData(
        400,
        "twice",
        "{\"rates\":[{\"id\":\"R1\",\"numCode\":\"156\",\"charCode\":\"CNY\",\"nominal\":1,\"value\":1},"
        + "{\"id\":\"R1\",\"numCode\":\"156\",\"charCode\":\"CNY\",\"nominal\":1,\"value\":2}]}")]
    [InlineData(401, "token", "{}", new string[0])]
    [InlineData(403, "role", "{}", new[] { "editor", "moderator", "admin" })]
    public async Task An_invalid_or_unauthorized_sheet_is_rejected(int status, string says, string body, string[]? roles = null)
    {
        using var client = service.Client(roles ?? ["operator"]);
        var before = await service.EventsStored();
        (await client.Send("PUT /api/rates/sheets/2022-01-10", body)).IsProblem(status, says);
        Assert.Equal(before, await service.EventsStored());
    }

    [Theory]
    [InlineData(400, "PUT /api/rates/sheets/2022-13-45")]
    [InlineData(400, "GET /api/rates?date=tomorrow")]
    [InlineData(404, "GET /api/rates?date=1900-01-01")]
    public async Task An_invalid_date_or_a_date_without_rates_is_rejected(int status, string call) =>
        (await _operator.Send(call, call.StartsWith("PUT", StringComparison.Ordinal) ? Sheet("1") : null)).IsProblem(status);

    [Fact]
    public async Task The_read_model_equals_the_folded_streams()
    {
        await Record("2023-01-10", "11.10");
        (await _operator.Send("PUT /api/rates/sheets/2023-01-10", Sheet("11.2"), ifMatch: "*")).Is(HttpStatusCode.NoContent);
        await service.AssertReadModelEqualsStreams<RateSheet>("rates-");
    }

    private static object Sheet(string value) =>
        new { rates = new[] { new { id = "R01375", numCode = "156", charCode = "CNY", nominal = 1, value } } };

    private async Task Record(string date, string value) =>
        (await _operator.Send($"PUT /api/rates/sheets/{date}", Sheet(value))).Is(HttpStatusCode.Created);

    public void Dispose()
    {
        _operator.Dispose();
        _reader.Dispose();
    }
}
