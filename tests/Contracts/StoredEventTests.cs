using System.Text.RegularExpressions;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Replays;
using Xunit;

namespace Contracts;

/// <summary>Compares stored events with their released JSON. Every event that was ever stored must stay readable under its name.</summary>
public partial class StoredEventTests
{
    private static readonly StoreOptions Store = Options();
    private static readonly IReadOnlyDictionary<string, object> ByFile =
        Samples.Files(Samples.Stored.Concat(Samples.FurtherStored), Name, number => $".v{number}");

    public static TheoryData<string> Names { get; } = [.. ByFile.Keys];

    public static TheoryData<string> Services { get; } = [.. Repository.Services];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stored_event_is_written_and_read_as_released(string file)
    {
        var sample = ByFile[file];
        Golden.AssertUnchanged(Store.Serializer().ToJson(sample), $"stored/{file}");
        Assert.Equal(Shown.Of(sample), Shown.Of(Read(file, sample.GetType())));
    }

    [Fact]
    public void Every_released_payload_is_readable()
    {
        var files = Golden.Files("stored");
        Assert.InRange(files.Count, 15, 1000);
        foreach (var file in files)
        {
            var sample = Samples.Stored.SingleOrDefault(s => Name(s.GetType()) == Versionless(file));
            Assert.True(sample is not null, $"no sample reads stored/{file}, but every stored event must stay readable");
            Assert.NotNull(Read(file, sample.GetType()));
        }
    }

    [Fact]
    public void Every_event_that_a_service_stores_or_projects_has_a_sample()
    {
        var named = Repository.Services.SelectMany(
            service =>
                Repository.Sources($"services/{service}")
                    .SelectMany(f => Event().Matches(Repository.Read(f)))
                    .Select(m => (service, m.Groups[1].Value)))
            .Distinct()
            .ToArray();
        Assert.InRange(named.Length, 15, 1000);
        Assert.Empty(named.Except(Samples.Stored.Select(s => (s.GetType().Namespace!.Split('.')[0], s.GetType().Name))));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task The_events_that_a_service_registers_are_those_with_a_sample(string service)
    {
        var store = UnstartedService.Of(service).Services.GetRequiredService<IDocumentStore>();
        await new EventTypes(store).StartAsync(TestContext.Current.CancellationToken);
        var registered = store.Options.Events.AllKnownEventTypes()
            .Select(t => t.EventType)
            .Where(t => t.Assembly != typeof(IDocumentStore).Assembly && t.Assembly != typeof(JasperFx.Events.IEvent).Assembly);
        var samples = Samples.Stored.Select(s => s.GetType())
            .Where(t => t.Assembly == typeof(Replay).Assembly || t.Assembly.GetName().Name == service)
            .ToArray();
        Assert.InRange(samples.Length, 10, 500);
        Assert.Equal(samples.Select(t => t.FullName).Order(), registered.Select(t => t.FullName).Order());
    }

    [Fact]
    public void Every_optional_property_of_a_stored_event_occurs_with_and_without_a_value()
    {
        var properties = new OptionalProperties();
        foreach (var type in Samples.Stored.Select(s => s.GetType()))
        {
            var files = Golden.Files("stored").Where(f => Versionless(f) == Name(type));
            properties.Add(type, Name(type), files.Select(f => Golden.Read($"stored/{f}")));
        }
        Assert.InRange(properties.Count, 30, 1000);
        Assert.Empty(properties.Missing());
    }

    private static object Read(string file, Type type)
    {
        using var stream = File.OpenRead(Repository.Path("tests", "Contracts", "stored", file));
        return Store.Serializer().FromJson(type, stream);
    }

    /// <summary>The golden files of an event begin with the folder of its service and the name under which it is stored.</summary>
    private static string Name(Type type) =>
        $"{Repository.Kebab(type.Namespace!.Split('.')[0])}/{((IReadOnlyStoreOptions)Store).Events.AllKnownEventTypes().Single(
            t => t.EventType == type).EventTypeName}";

    private static string Versionless(string file) => file[..file.LastIndexOf(".v", StringComparison.Ordinal)];

    private static StoreOptions Options()
    {
        var options = new StoreOptions();
        options.UseStoredJson();
        options.Events.AddEventTypes(Samples.Stored.Select(s => s.GetType()));
        return options;
    }

    [GeneratedRegex(@"(?:yield return new |IncludeType<)(\w+)(?:\(|>)")]
    private static partial Regex Event();
}
