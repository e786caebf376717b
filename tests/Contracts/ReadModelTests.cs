using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Kit;
using Marten;
using Marten.Events.Aggregation;
using Platform.EventSourcing;
using Platform.Replays;
using Xunit;

namespace Contracts;

/// <summary>
/// Compares what each read model makes of the sample events, and its shape, with the recorded files. If the code gives another result, rows
/// that it wrote before are outdated: increase the number in [ReadModelVersion(n)] and add the file that the failing test prints. Never
/// change a file.
/// </summary>
public partial class ReadModelTests
{
    private static readonly ISerializer Store = Serializer();
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000009");
    private static readonly Type[] Types = [.. Samples.Stored.Select(s => s.GetType().Assembly).Distinct().SelectMany(a => a.GetTypes())];

    public static TheoryData<string> Names { get; } = [.. Models().Select(m => m.FullName!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_read_model_gives_the_recorded_result_of_its_version(string model)
    {
        var type = Types.Single(t => t.FullName == model);
        var document = Document(type);
        var service = Repository.Kebab(Root(type));
        var samples = Samples.Stored.Where(s => Root(s.GetType()) == Root(type)).ToArray();
        var results = document is null ? FromTable(type, samples)
            : document == type ? Folded(type, samples)
            : Projected(type, document, samples);
        var json = new JsonObject { ["shape"] = document is null ? null : Shape(document, []), ["results"] = results };
        Assert.NotEmpty(results);
        var number = ReadModel.VersionOf(document is null ? [type] : [type, document]);
        Golden.AssertUnchanged(json.ToJsonString(), $"readmodels/{service}/{Repository.Kebab(type.Name)}.v{number}.json");
    }

    [Fact]
    public void The_versions_of_a_read_model_have_no_gaps()
    {
        var files = Golden.Files("readmodels");
        Assert.InRange(files.Count, Names.Count, 500);
        foreach (var model in files.GroupBy(f => f[..f.LastIndexOf(".v", StringComparison.Ordinal)]))
        {
            var numbers = model.Select(f => int.Parse(Number().Match(f).Groups["n"].Value, null));
            Assert.Equal(Enumerable.Range(1, model.Count()), numbers.Order());
        }
    }

    private static string Root(Type type) => type.Namespace!.Split('.')[0];

    /// <summary>The read models: snapshots of states, projections to documents, and tables written in SQL.</summary>
    private static Type[] Models()
    {
        var snapshots = Repository.Services.SelectMany(service =>
            Snapshot().Matches(Repository.Read("services", service, "Program.cs"))
                .Select(m => (Service: service, Name: m.Groups[1].Value)));
        return
        [
            .. snapshots.Select(s => Types.Single(t => t.Name == s.Name && Root(t) == s.Service)),
            .. Types.Where(t => t is { IsAbstract: false } && !t.Assembly.GetName().Name!.StartsWith("Platform.", StringComparison.Ordinal))
                .Where(t => Document(t) is { } document ? document != t : t.IsAssignableTo(typeof(ITableProjection))),
        ];
    }

    private static Type? Document(Type type) =>
        type.BaseType is { IsGenericType: true } projection && projection.GetGenericTypeDefinition() == typeof(SingleStreamProjection<,>)
            ? projection.GenericTypeArguments[0]
            : type.IsAssignableTo(typeof(ITableProjection)) ? null : type;

    private static JsonArray Folded(Type type, object[] samples)
    {
        var evolve = type.GetMethod("Evolve", [typeof(object)])!;
        var state = Empty(type);
        var results = new JsonArray();
        foreach (var sample in samples)
        {
            var next = evolve.Invoke(state, [sample])!;
            if (!ReferenceEquals(next, state)) results.Add(Result(sample, next));
            state = next;
        }
        return results;
    }

    private static JsonArray Projected(Type type, Type document, object[] samples)
    {
        var projection = Activator.CreateInstance(type)!;
        var evolve = type.GetMethod("Evolve", [document, typeof(string), typeof(IEvent)])!;
        var included = ((EventFilterable)projection).IncludedEventTypes;
        object? state = null;
        var results = new JsonArray();
        foreach (var e in Events(samples).Where(e => included.Contains(e.EventType)))
        {
            state = evolve.Invoke(projection, [state, e.StreamKey, e]);
            results.Add(Result(e.Data, state));
        }
        return results;
    }

    private static JsonArray FromTable(Type type, object[] samples)
    {
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Single();
        var projection = (ITableProjection)constructor.Invoke(["schema.table"]);
        var results = new JsonArray();
        foreach (var e in Events(samples).Where(e => projection.Events.Contains(e.EventType)))
        {
            var operations = DispatchProxy.Create<IDocumentOperations, Recorder>();
            projection.ApplyAsync(operations, [e], CancellationToken.None).GetAwaiter().GetResult();
            results.Add(Result(e.Data, ((Recorder)(object)operations).Statements));
        }
        return results;
    }

    private static IEnumerable<IEvent> Events(object[] samples) => samples.Select((sample, i) =>
    {
        var e = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(sample.GetType()), sample)!;
        var service = Root(sample.GetType()).ToLowerInvariant();
        (e.StreamKey, e.Version, e.Sequence, e.Timestamp) = ($"{service[..^1]}-{Id}", i + 1, i + 1, Some.Noon);
        return e;
    });

    private static JsonObject Result(object @event, object? state) =>
        new() { ["after"] = @event.GetType().Name, ["is"] = state is null ? null : JsonNode.Parse(Store.ToJson(state)) };

    private static object Empty(Type type)
    {
        var state = Activator.CreateInstance(type)!;
        type.GetProperty("Id")!.SetValue(state, $"{Repository.Kebab(type.Name)}-{Id}");
        return state;
    }

    /// <summary>Names and types of the properties, so that a property which no sample event fills is also compared.</summary>
    private static JsonObject Shape(Type type, HashSet<Type> seen)
    {
        var shape = new JsonObject();
        if (!seen.Add(type)) return shape;
        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public);
        foreach (var property in properties.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            var part = property.PropertyType.GenericTypeArguments.Append(property.PropertyType)
                .FirstOrDefault(t => t.IsAssignableTo(typeof(Stored)));
            shape[property.Name] = part is null ? Name(property.PropertyType) : Shape(part, seen);
        }
        return shape;
    }

    private static string Name(Type type) =>
        type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GenericTypeArguments.Select(Name))}>" : type.Name;

    private static ISerializer Serializer()
    {
        var options = new StoreOptions();
        options.UseStoredJson();
        return options.Serializer();
    }

    /// <summary>Records the statements that a projection queues.</summary>
    public class Recorder : DispatchProxy
    {
        public List<object> Statements { get; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod?.Name != nameof(IDocumentOperations.QueueSqlCommand))
                throw new NotSupportedException($"{targetMethod?.Name} is not recorded.");
            Statements.Add(new { sql = args![0], arguments = args[1] });
            return null;
        }
    }

    [GeneratedRegex(@"Snapshot<(\w+)>")]
    private static partial Regex Snapshot();

    [GeneratedRegex(@"\.v(?<n>\d+)\.json$")]
    private static partial Regex Number();
}
