using System.Net.Http.Json;
using System.Text.Json;
using Kit;
using Xunit;
using Public = Platform.Contracts.CurrencyRates;

namespace Integration.CurrencyRates;

public class BankPollTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private static readonly DateOnly Friday = new(2025, 4, 4), Saturday = new(2025, 4, 5);

    public static TheoryData<BankFault, string> Faults => new()
    {
        { BankFault.HtmlPage, "HTML page" },
        { BankFault.Forbidden, "403" },
        { BankFault.RedirectLoop, "redirected in a loop" },
        { BankFault.WrongCharset, "character set" },
        { BankFault.OtherCharset, "character set" },
        { BankFault.HugeBody, "larger than" },
        { BankFault.EmptySheet, "empty sheet" },
        { BankFault.WrongDate, "answered with 2003-02-01" },
        { BankFault.HalfDocument, "not a complete XML document" },
        { BankFault.CutConnection, "cannot be reached" },
        { BankFault.SlowAnswer, "in time" },
        { BankFault.SlowBody, "in time" },
        { BankFault.ErrorInParameters, "Error in parameters" },
        { BankFault.Nothing, "empty response" },
        { BankFault.Dtd, "not a complete XML document" },
        { BankFault.WrongNominal, "inconsistent" },
    };

    [Fact]
    public async Task Every_fault_of_the_bank_stores_nothing_is_reported_and_recovers_automatically()
    {
        await using var service = await Started(s => s.Bank.Published = Friday);
        await StaleIs(service, null);
        var events = await Events(service);
        var seen = 0;
        foreach (var (fault, reason) in Faults.Select(f => f.Data))
        {
            service.Bank.Fault = fault;
            await StaleIs(service, reason);
            Assert.Equal(events, await Events(service));
            using var reader = service.Client();
            Assert.Equal(
                "2025-04-04", (await reader.GetFromJsonAsync<JsonElement>("/api/rates", Ct)).GetProperty("effectiveFrom").GetString());
            service.Bank.Fault = BankFault.None;
            await StaleIs(service, null);
            seen++;
        }
        Assert.Equal(16, seen);
        Assert.Equal(events, await Events(service));

        service.Bank.Published = Saturday;
        await service.Bus.WaitFor<Public.RatesPublished>(
            p => p.EffectiveFrom == Saturday, "the rates of tomorrow are stored once the bank has recovered");
        Assert.Equal(events + 1, await Events(service));
    }

    [Fact]
    public async Task Two_replicas_poll_only_once()
    {
        await using var service = await Started(s => s.Bank.Published = Friday);
        using var second = (await service.Replica()).CreateClient();
        await StaleIs(service, null);
        service.Bank.Fault = BankFault.HtmlPage;
        await StaleIs(service, "HTML");
        // The other replica reports the same reason.
        await Eventually.IsTrue(
            async () => (await StaleReason(second))?.Contains("HTML", StringComparison.Ordinal) == true, "both replicas report it");
        service.Bank.Published = Saturday;
        service.Bank.Fault = BankFault.None;
        await service.Bus.WaitFor<Public.RatesPublished>(p => p.EffectiveFrom == Saturday, "the rates are stored");
        await StaleIs(service, null);
        var polls = service.Bank.Requests.Count;
        // The rates of tomorrow are stored, so no replica polls again before the bank may publish, the next day at noon.
        service.Clock.Set(new(2025, 4, 5, 11, 59, 57, TimeSpan.FromHours(3)));
        await Eventually.IsTrue(() => Task.FromResult(service.Bank.Requests.Count > polls), "the bank is polled again at noon");
        Assert.True(service.Clock.GetUtcNow() >= new DateTimeOffset(2025, 4, 5, 12, 0, 0, TimeSpan.FromHours(3)));
        Assert.Single(service.Bus.Received<Public.RatesPublished>(), p => p.EffectiveFrom == Saturday);
        Assert.Equal(2, await service.Servers.Query<long>("select count(*) from currency_rates.mt_events"));
    }

    [Fact]
    public async Task A_backfill_stores_a_range_once_and_later_changes_as_corrections()
    {
        await using var service = await Started(s => s.Bank.Published = Friday);
        await StaleIs(service, null);
        using var operators = service.Client("operator");
        await Fill("2025-04-01", "2025-04-05");
        Assert.Equal(4, await service.Servers.Query<long>("select count(*) from currency_rates.mt_events where type = 'rates_recorded'"));

        service.Bank.Corrections[(new(2025, 4, 2), "USD")] = "84.8708";
        var done = await Fill("2025-04-01", "2025-04-04");
        Assert.Equal(1, done.GetProperty("recorded").GetInt32());
        Assert.Equal(1, await service.Servers.Query<long>("select count(*) from currency_rates.mt_events where type = 'rates_corrected'"));
        Assert.Equal(
            84.8708m,
            (await operators.GetFromJsonAsync<JsonElement>("/v1/2025-04-02?base=USD&symbols=RUB", Ct))
                .GetProperty("rates")
                .GetProperty("RUB")
                .GetDecimal());

        Assert.Equal(
            System.Net.HttpStatusCode.BadRequest,
            (await operators.PostAsJsonAsync("/api/rates/backfills", new { from = "2025-04-02", to = "2025-04-01" }, Ct)).StatusCode);
        using var reader = service.Client();
        Assert.Equal(
            System.Net.HttpStatusCode.Unauthorized,
            (await reader.PostAsJsonAsync("/api/rates/backfills", new { from = "2025-04-01", to = "2025-04-02" }, Ct)).StatusCode);

        async Task<JsonElement> Fill(string from, string to)
        {
            using var accepted = await operators.PostAsJsonAsync("/api/rates/backfills", new { from, to }, Ct);
            Assert.Equal(System.Net.HttpStatusCode.Accepted, accepted.StatusCode);
            JsonElement state = default;
            await Eventually.IsTrue(
                async () =>
                    (state = await operators.GetFromJsonAsync<JsonElement>(accepted.Headers.Location, Ct))
                        .GetProperty("state")
                        .GetString() == "done",
                "the backfill is done");
            return state;
        }
    }

    [Fact]
    public async Task Days_missed_while_the_bank_was_not_polled_are_fetched()
    {
        await using var service = await Started(
            s => { s.Bank.Published = new(2025, 4, 1); s.Clock.Set(new(2025, 4, 1, 9, 0, 0, TimeSpan.FromHours(3))); });
        await service.Bus.WaitFor<Public.RatesPublished>(p => p.EffectiveFrom == new DateOnly(2025, 4, 1), "Tuesday's rates are published");
        service.Bank.Published = Saturday;
        service.Clock.Set(new(2025, 4, 4, 13, 0, 0, TimeSpan.FromHours(3)));
        foreach (var day in Enumerable.Range(1, 5))
            await service.Bus.WaitFor<Public.RatesPublished>(
                p => p.EffectiveFrom == new DateOnly(2025, 4, day), $"the rates of April {day} are published");
    }

    [Fact]
    public async Task A_sheet_for_a_Monday_is_stored_and_each_day_has_its_table()
    {
        DateOnly monday = new(2025, 4, 7), tuesday = new(2025, 4, 8);
        await using var service = await Started(s =>
        {
            s.Bank.Published = Saturday;
            s.Bank.Also[monday] = Friday;
            s.Bank.Also[tuesday] = Saturday;
            s.Clock.Set(new(2025, 4, 4, 13, 0, 0, TimeSpan.FromHours(3)));
        });
        await service.Bus.WaitFor<Public.RatesPublished>(p => p.EffectiveFrom == Saturday, "Saturday's rates are published");
        service.Bank.Published = tuesday;
        service.Clock.Set(new(2025, 4, 7, 13, 0, 0, TimeSpan.FromHours(3)));
        await service.Bus.WaitFor<Public.RatesPublished>(p => p.EffectiveFrom == monday, "Monday's rates are published");
        await service.Bus.WaitFor<Public.RatesPublished>(p => p.EffectiveFrom == tuesday, "Tuesday's rates are published");
        using var reader = service.Client();
        foreach (var (day, sheet) in new[] { (5, 5), (6, 5), (7, 7), (8, 8) })
        {
            var table = await reader.GetFromJsonAsync<JsonElement>($"/api/rates?date=2025-04-0{day}", Ct);
            Assert.Equal($"2025-04-0{sheet}", table.GetProperty("effectiveFrom").GetString());
        }
    }

    private static async Task<RatesFixture> Started(Action<RatesFixture> prepare)
    {
        var service = new RatesFixture();
        prepare(service);
        await service.InitializeAsync();
        return service;
    }

    private static async Task StaleIs(RatesFixture service, string? reason)
    {
        using var reader = service.Client();
        await Eventually.Get(async () =>
        {
            var now = await StaleReason(reader);
            return (reason is null ? now == "" : now?.Contains(reason, StringComparison.Ordinal)) == true
                ? now
                : throw new InvalidOperationException($"it is \"{now}\"");
        }, $"stale is {reason ?? "null"}");
    }

    /// <summary>The reason, or "" if the table is up to date; null if there is no table.</summary>
    private static async Task<string?> StaleReason(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/rates", Ct);
        if (!answer.IsSuccessStatusCode) return null;
        var stale = (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("stale");
        return stale.ValueKind == JsonValueKind.Null ? "" : stale.GetProperty("reason").GetString();
    }

    private static Task<long> Events(RatesFixture service) => service.Servers.Query<long>("select count(*) from currency_rates.mt_events");
}
