using System.Text.Json;
using Kit;
using MassTransit.Serialization;
using Platform.Contracts;
using Xunit;

namespace Contracts;

/// <summary>
/// Compares public events with their released JSON on the wire. The files never change, and their content must stay readable.
/// </summary>
public class IntegrationEventTests
{
    public static TheoryData<string> Names { get; } = [.. Samples.Public.Select(File)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_public_event_is_written_and_read_as_released(string file)
    {
        var sample = Samples.Public.Single(s => File(s) == file);
        Golden.AssertUnchanged(
            JsonSerializer.Serialize(sample, sample.GetType(), SystemTextJsonMessageSerializer.Options), $"integration/{file}");
        var read = JsonSerializer.Deserialize(
            Repository.Read("tests", "Contracts", "integration", file), sample.GetType(), SystemTextJsonMessageSerializer.Options)!;
        Assert.Equal(Shown.Of(sample), Shown.Of(read));
    }

    [Fact]
    public void Every_message_type_has_exactly_one_file()
    {
        var parts = new[] { typeof(Platform.Contracts.Articles.ArticleText), typeof(Platform.Contracts.CurrencyRates.OfficialRate) };
        var events = typeof(Platform.Contracts.Articles.ArticlePublished).Assembly.GetExportedTypes()
            .Except(parts)
            .Except([typeof(EventBatch), typeof(EventBatch<>), typeof(SurrogateKey), typeof(Languages)])
            .Concat(EventBatch.Types.Select(EventBatch.Of))
            .Select(File)
            .Order(StringComparer.Ordinal)
            .ToArray();
        Assert.InRange(events.Length, 12, 200);
        Assert.Equal(events, Golden.Files("integration"));
    }

    private static string File(object sample) => File(sample.GetType());

    private static string File(Type type) => type.IsGenericType
        ? $"{nameof(EventBatch)}.{type.GenericTypeArguments[0].Name}.json"
        : $"{type.Namespace!.Split('.')[^1]}.{type.Name}.json";
}
