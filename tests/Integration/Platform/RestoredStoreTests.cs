using CurrencyRates.Sheets;
using Kit;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Xunit;
using Public = Platform.Contracts.CurrencyRates;

namespace Integration.Platform;

/// <summary>
/// A database that loses its newest events after they were published. Later events get the same numbers and versions again.
/// </summary>
public class RestoredStoreTests(ServiceFixture<RateSheet> service) : IClassFixture<ServiceFixture<RateSheet>>
{
    private static readonly DateOnly Kept = new(1990, 1, 1), Lost = new(1990, 1, 2), New = new(1990, 1, 3);

    [Fact]
    public async Task A_restored_store_begins_an_epoch_lists_the_lost_events_and_publishes_its_history_again()
    {
        await Record(Kept, 1);
        await Heard(Kept, 1);
        await RestartAround(service.Servers.Backup);
        var before = await Record(Kept, 2);
        await Record(Lost, 1);
        await Heard(Lost, 1);
        await EverythingIsPublished();
        Assert.Equal("\"2\"", before.ETag);
        Assert.All(service.Bus.HeardWithEpochs<Public.RatesPublished>(), h => Assert.Equal(0, h.Epoch));
        await RestartAround(service.Servers.Restore);

        // The epoch begins and lists the lost events.
        var epoch = await Eventually.Get(async () => (await Epochs()).FirstOrDefault(e => e.Number > 0), "an epoch begins");
        Assert.Equal([(RateSheet.Stream(Kept), 2L), (RateSheet.Stream(Lost), 1L)], epoch.Events.Select(e => (e.Stream, e.Version)));
        Assert.Equal(2, epoch.Lost);

        // All remaining events are published again, and then the end of the history is announced.
        await service.Bus.WaitFor<Public.RatesRetold>(h => h.Epoch == epoch.Number, "the end of the history");
        Assert.Equal(
            [Kept],
            service.Bus.HeardWithEpochs<Public.RatesPublished>()
                .Where(h => h.Epoch == epoch.Number)
                .Select(h => h.Message.EffectiveFrom)
                .Distinct());

        // New events and ETags contain the epoch, so that the lost version is not mistaken for the one that has its number now.
        var again = await Record(Kept, 3);
        Assert.Equal($"\"2.{epoch.Number}\"", again.ETag);
        await Eventually.IsTrue(
            () =>
                Task.FromResult(
                    service.Bus.HeardWithEpochs<Public.RatesCorrected>().Any(h => h.Epoch == epoch.Number && h.Message.StreamVersion == 2)),
            "the event is published with the epoch");
        Assert.Equal(412, (int)(await Put(Kept, 4, $"\"2.{epoch.Number - 1}\"")).Status);
        Assert.Equal(204, (int)(await Put(Kept, 4, again.ETag!)).Status);
        Assert.Equal(204, (int)(await Put(Kept, 5, "\"3\"")).Status);

        // Another restart begins no epoch.
        await RestartAround(() => Task.CompletedTask);
        await Record(New, 1);
        await Heard(New, 1);
        Assert.Equal([epoch.Number, 0], (await Epochs()).Select(e => e.Number));
        Assert.Single(service.Bus.Received<Public.RatesRetold>());
    }

    private async Task RestartAround(Func<Task> whileStopped)
    {
        foreach (var replica in service.Replicas.ToArray()) await service.Stop(replica);
        await whileStopped();
        await service.Replica();
    }

    private Task EverythingIsPublished() => Eventually.IsTrue(
        () => service.Servers.Query<bool>("select position = (select max(seq_id) from currency_rates.mt_events) from currency_rates.relay"),
        "all events are published");

    private Task<IReadOnlyList<Epoch>> Epochs() =>
        service.Services.GetRequiredService<StoreEpoch>().All(TestContext.Current.CancellationToken);

    private Task<Answer> Record(DateOnly day, int value) => Put(day, value, "*");

    private async Task<Answer> Put(DateOnly day, int value, string ifMatch)
    {
        using var client = service.Client("operator");
        var sheet = new { rates = new[] { new { id = "R01375", numCode = "156", charCode = "CNY", nominal = 1, value } } };
        var answer = await client.Send($"PUT /api/rates/sheets/{day:yyyy-MM-dd}", sheet, ifMatch: ifMatch);
        return answer;
    }

    private Task Heard(DateOnly day, long version) => Eventually.IsTrue(
        () => Task.FromResult(service.Bus.Received<Public.RatesPublished>().Any(p => p.EffectiveFrom == day && p.StreamVersion == version)),
        $"{day} is received");
}
