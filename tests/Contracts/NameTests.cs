using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kit;
using Marten;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Messaging;
using Weasel.Postgresql.Tables;
using Xunit;

namespace Contracts;

/// <summary>
/// Names that stored data, other processes and clients rely on. Each file in <c>names</c> lists all released names of one kind, and may
/// only grow.
/// </summary>
public partial class NameTests
{
    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Dictionary<string, (Func<IEnumerable<string>> Current, string Consequence)> Kinds = new()
    {
        ["queues"] = (Queues, "Messages that wait in the queue are never consumed, and it fills up until the broker's disk is full."),
        ["exchanges"] = (Exchanges, "Replicas of other versions publish to this exchange and bind their queues to it. During an upgrade or "
            + "a rollback, messages between old and new replicas are lost."),
        ["messages"] = (MessageTypes, "Messages carry this type. Those of other versions, and those already in a queue, are skipped."),
        ["stored-events"] = (StoredEvents, "Events that are stored under this name can no longer be read. A renamed class needs "
            + "MapEventType with this name."),
        ["documents"] = (
            Documents, "The alias names the table of the document. Its rows are no longer found, so the read model is empty."),
        ["tables"] = (Tables, "Replicas of the previous version use it during an upgrade and after a rollback, and stored rows are lost."),
        ["metrics"] = (Metrics, "Dashboards and alerts that use this metric show nothing, and the alerts never fire."),
        ["problem-types"] = (ProblemTypes, "Clients that recognise this rejection by its type treat it as an unknown error."),
    };

    public static TheoryData<string> Names { get; } = [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_released_name_vanishes(string kind)
    {
        var current = Kinds[kind].Current().Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.InRange(current.Length, 5, 5000);
        var vanished = Released(kind).Except(current).ToArray();
        Assert.True(
            vanished.Length == 0,
            $"No code uses these released names any more: {string.Join(", ", vanished)}. {Kinds[kind].Consequence} "
            + $"Keep the names; tests/Contracts/names/{kind}.json may only grow.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_name_is_in_its_file(string kind)
    {
        var released = Released(kind);
        string[] all = [.. Kinds[kind].Current().Concat(released).Distinct().Order(StringComparer.Ordinal)];
        var added = string.Join(", ", all.Except(released));
        Assert.True(
            all.SequenceEqual(released),
            $"tests/Contracts/names/{kind}.json must list all names once, in order. Not in it yet: {added}. It should be:\n"
            + JsonSerializer.Serialize(all, Pretty));
    }

    [Fact]
    public void Every_file_has_a_kind() =>
        Assert.Equal(Kinds.Keys.Select(k => $"{k}.json").Order(StringComparer.Ordinal), Golden.Files("names"));

    private static string[] Released(string kind) =>
        File.Exists(Repository.Path("tests", "Contracts", "names", $"{kind}.json"))
            ? JsonSerializer.Deserialize<string[]>(Repository.Read("tests", "Contracts", "names", $"{kind}.json"))!
            : [];

    /// <summary>The programs that are connected to the bus.</summary>
    private static IEnumerable<(IServiceProvider Services, IBusControl Bus)> Programs() =>
        from name in Repository.Services.Append("Gateway")
        let services = UnstartedService.Of(name).Services
        select (services, services.GetRequiredService<IBusControl>()); // creating the bus configures its endpoints

    private static IEnumerable<(string Service, IDocumentStore Store)> Stores() =>
        from name in Repository.Services
        select (Repository.Kebab(name), UnstartedService.Of(name).Services.GetRequiredService<IDocumentStore>());

    private static IEnumerable<string> Queues() =>
        Programs().SelectMany(p => p.Services.GetRequiredService<ConsumedQueues>().Names);

    private static IEnumerable<string> Exchanges() =>
        from program in Programs()
        from message in Messages()
        select Exchange(program.Bus, message);

    private static string Exchange(IBusControl bus, Type message)
    {
        Assert.True(bus.Topology.TryGetPublishAddress(message, out var address));
        return Uri.UnescapeDataString(address!.Segments[^1]);
    }

    private static IEnumerable<string> MessageTypes() => Messages().Select(MessageUrn.ForTypeString);

    /// <summary>The types of all messages: the public events, and what consumers handle besides.</summary>
    private static IEnumerable<Type> Messages()
    {
        var consumed = Repository.Services.Append("Gateway").Append("Platform.Replays")
            .SelectMany(name => Assembly.Load(name).GetTypes())
            .Where(t => !t.IsGenericType)
            .SelectMany(t => t.GetInterfaces())
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(i => i.GenericTypeArguments[0]);
        return IntegrationEventTests.Messages.Concat(consumed);
    }

    private static IEnumerable<string> StoredEvents()
    {
        foreach (var (service, store) in Stores())
        {
            new EventTypes(store).StartAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
            foreach (var type in store.Options.Events.AllKnownEventTypes())
            {
                yield return $"{service}: {type.EventTypeName}";
                yield return $"{service}: {type.DotNetTypeName}"; // stored with each event, and read by replicas of earlier versions
            }
        }
    }

    private static IEnumerable<string> Documents() =>
        from s in Stores()
        from document in s.Store.Options.AllKnownDocumentTypes()
        select $"{s.Service}: {document.Alias}";

    private static IEnumerable<string> Tables()
    {
        foreach (var (_, store) in Stores())
        {
            foreach (var table in store.Storage.Database.AllObjects().OfType<Table>())
            {
                yield return table.Identifier.QualifiedName;
                foreach (var column in table.Columns) yield return $"{table.Identifier.QualifiedName}.{column.Name}";
            }
            foreach (var table in CreatedTables().Where(t => t.StartsWith("{_schema}.", StringComparison.Ordinal)))
                yield return table.Replace("{_schema}", store.Options.DatabaseSchemaName, StringComparison.Ordinal);
        }
        foreach (var table in CreatedTables().Where(t => !t.StartsWith('{'))) yield return table;
    }

    /// <summary>The tables that are created by SQL statements in the code.</summary>
    private static IEnumerable<string> CreatedTables() =>
        Sources().SelectMany(source => CreateTable().Matches(source)).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Metrics()
    {
        foreach (var source in Sources())
        {
            var names = MetricName().Matches(source).Select(m => m.Groups[1].Value).ToArray();
            Assert.Equal(Instrument().Count(source), names.Length); // each has a literal name
            foreach (var name in names) yield return name;
        }
    }

    private static IEnumerable<string> ProblemTypes()
    {
        foreach (var source in Sources())
        {
            foreach (Match choice in ChosenProblemType().Matches(source))
                foreach (var end in choice.Groups["end"].Captures.Select(c => c.Value)) yield return choice.Groups["start"].Value + end;
            foreach (Match type in ProblemType().Matches(source)) yield return type.Groups[1].Value;
        }
    }

    private static IEnumerable<string> Sources()
    {
        string[] folders = ["libraries", "services", "gateway", "portal"];
        return folders.SelectMany(Repository.Sources).Select(f => Repository.Read(f));
    }

    [GeneratedRegex(@"create table if not exists (\S+\.\w+)")]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"\.Create(?:Counter|UpDownCounter|Histogram|Gauge|Observable\w+)<")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\.Create(?:Counter|UpDownCounter|Histogram|Gauge|Observable\w+)<\w+>\(\s*""([\w.]+)""")]
    private static partial Regex MetricName();

    // The type is written in full, or passed to a method that writes the prefix.
    [GeneratedRegex(@"(?:urn:problem-type:|\bProblem\(\s*(?:[\w.]+,\s*)?"")([a-z][a-z-]*[a-z])""")]
    private static partial Regex ProblemType();

    [GeneratedRegex(@"urn:problem-type:(?<start>[a-z-]*)\{\(.+ \? ""(?<end>[a-z-]+)"" : ""(?<end>[a-z-]+)""\)\}""")]
    private static partial Regex ChosenProblemType();
}
