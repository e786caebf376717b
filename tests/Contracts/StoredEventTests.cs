using System.Text.RegularExpressions;
using Kit;
using Marten;
using Platform.EventSourcing;
using Xunit;

namespace Contracts;

/// <summary>Compares stored events with their released JSON. Every event that was ever stored must stay readable under its name.</summary>
public partial class StoredEventTests
{
    private static readonly StoreOptions Store = Options();

    public static TheoryData<string> Names { get; } = [.. Samples.Stored.Select(File)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stored_event_is_written_and_read_as_released(string file)
    {
        var sample = Samples.Stored.Single(s => File(s) == file);
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
            var sample = Samples.Stored.SingleOrDefault(s => Versionless(File(s)) == Versionless(file));
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

    private static object Read(string file, Type type)
    {
        using var stream = System.IO.File.OpenRead(Repository.Path("tests", "Contracts", "stored", file));
        return Store.Serializer().FromJson(type, stream);
    }

    private static string File(object sample) =>
        $"{Repository.Kebab(sample.GetType().Namespace!.Split('.')[0])}/{((IReadOnlyStoreOptions)Store).Events.AllKnownEventTypes().Single(
            t => t.EventType == sample.GetType()).EventTypeName}.v1.json";

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
