using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Integration.Platform;

/// <summary>A replica that has just started can read every event that was ever stored, wherever the code of its type is now.</summary>
public class EventTypesTests
{
    [Fact]
    public Task Articles_knows_its_event_types_before_it_stores_any() => KnowsAll<global::Articles.Publishing.Article>("articles");

    [Fact]
    public Task Comments_knows_its_event_types_before_it_stores_any() => KnowsAll<global::Comments.Posting.Comment>("comments");

    [Fact]
    public Task Currency_rates_knows_its_event_types_before_it_stores_any() =>
        KnowsAll<global::CurrencyRates.Sheets.Rate>("currency-rates");

    [Fact]
    public Task Feedback_knows_its_event_types_before_it_stores_any() => KnowsAll<global::Feedback.Messages.ContactTicket>("feedback");

    private static async Task KnowsAll<T>(string folder) where T : class
    {
        await using var service = new ServiceFixture<T>();
        await service.InitializeAsync();
        var known = service.Services.GetRequiredService<IDocumentStore>().Options.Events.AllKnownEventTypes();
        string[] stored =
        [
            .. Golden.Files($"stored/{folder}").Concat(Golden.Files("stored/platform"))
                .Select(f => Path.GetFileName(f).Split('.')[0])
                .Distinct(),
        ];
        Assert.InRange(stored.Length, 8, 200);
        Assert.Empty(stored.Except(known.Select(t => t.EventTypeName)));
    }
}
