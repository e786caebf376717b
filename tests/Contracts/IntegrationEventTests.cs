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
    private static readonly JsonSerializerOptions Wire = SystemTextJsonMessageSerializer.Options;

    /// <summary>The types of all messages: those of each publisher that are not part of another one, and the batches.</summary>
    internal static readonly IReadOnlyList<Type> Messages =
    [
        .. typeof(EventBatch).Assembly.GetExportedTypes()
            .Where(t => t.Namespace != typeof(EventBatch).Namespace)
            .Where(t => !OptionalProperties.PartsOf(typeof(EventBatch).Assembly).Contains(t)),
        .. EventBatch.Types.Select(EventBatch.Of),
    ];

    /// <summary>The first file of an event has no number.</summary>
    private static readonly IReadOnlyDictionary<string, object> ByFile =
        Samples.Files(Samples.Public.Concat(Samples.FurtherPublic), Name, number => number == 1 ? "" : $".v{number}");

    public static TheoryData<string> Names { get; } = [.. ByFile.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_public_event_is_written_and_read_as_released(string file)
    {
        var sample = ByFile[file];
        Golden.AssertUnchanged(JsonSerializer.Serialize(sample, sample.GetType(), Wire), $"integration/{file}");
        Assert.Equal(Shown.Of(sample), Shown.Of(Read(file, sample.GetType())));
    }

    [Fact]
    public void Every_message_type_has_a_file_and_every_file_is_of_a_message_type()
    {
        var events = Messages.Select(Name).Order(StringComparer.Ordinal).ToArray();
        Assert.InRange(events.Length, 12, 200);
        Assert.Equal(events, Golden.Files("integration").Select(Versionless).Distinct());
    }

    [Fact]
    public void Every_released_message_is_readable() =>
        Assert.All(Messages, type => Assert.All(Files(type), file => Assert.NotNull(Read(file, type))));

    [Fact]
    public void Every_optional_property_of_a_public_event_occurs_with_and_without_a_value()
    {
        var properties = new OptionalProperties();
        foreach (var type in Messages)
            properties.Add(type, Name(type), Files(type).Select(f => Golden.Read($"integration/{f}")));
        Assert.InRange(properties.Count, 5, 500);
        Assert.Empty(properties.Missing());
    }

    private static IEnumerable<string> Files(Type type) =>
        Golden.Files("integration").Where(f => Versionless(f) == Name(type));

    private static string Name(Type type) => type.IsGenericType
        ? $"{nameof(EventBatch)}.{type.GenericTypeArguments[0].Name}"
        : $"{type.Namespace!.Split('.')[^1]}.{type.Name}";

    private static string Versionless(string file) => string.Join('.', file.Split('.')[..2]);

    private static object Read(string file, Type type) =>
        JsonSerializer.Deserialize(Repository.Read("tests", "Contracts", "integration", file), type, Wire)!;
}
