using System.Reflection;
using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>
/// Architecture rules: which code belongs where. Each test also checks how many files or types it examined, because a test that finds none
/// would always pass.
/// </summary>
public partial class RoomTests
{
    private static readonly Type[] Contracts =
    [
        .. typeof(global::Platform.Contracts.Articles.ArticlePublished).Assembly.GetExportedTypes(),
    ];
    private static readonly Assembly[] Services =
        [
            typeof(global::Articles.Publishing.Article).Assembly,
            typeof(global::Comments.Posting.Comment).Assembly,
            typeof(global::CurrencyRates.Sheets.Rate).Assembly,
            typeof(global::Feedback.Messages.Topic).Assembly,
        ];

    [Fact]
    public void A_service_references_only_the_shared_libraries()
    {
        Assert.Equal(Services.Length, Repository.Services.Count);
        foreach (var service in Services)
        {
            var ours = service.GetReferencedAssemblies()
                .Select(a => a.Name!)
                .Where(n => n.StartsWith("Platform.", StringComparison.Ordinal) || Repository.Services.Contains(n))
                .ToArray();
            Assert.NotEmpty(ours);
            Assert.All(ours, name => Assert.StartsWith("Platform.", name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Contracts_have_no_dependencies() =>
        Assert.All(Contracts[0].Assembly.GetReferencedAssemblies(), a => Assert.StartsWith("System.", a.Name, StringComparison.Ordinal));

    [Fact]
    public void A_service_never_uses_another_service()
    {
        var files = 0;
        foreach (var folder in Repository.Services.Select(s => $"services/{s}").Append("portal"))
            foreach (var (file, text) in Code(folder))
            {
                files++;
                foreach (var other in Repository.Services.Except([Path.GetFileName(folder)]))
                    Assert.False(Regex.IsMatch(text, $@"(using|namespace|global::)\s*{other}\b"), $"{file} uses {other}");
            }
        Assert.InRange(files, 30, 500);
    }

    [Fact]
    public void No_code_reads_a_clock_that_tests_cannot_set()
    {
        var code = new[] { "services", "libraries", "gateway", "portal" }.SelectMany(Code).ToArray();
        Assert.InRange(code.Length, 40, 1000);
        Assert.All(code, file => Assert.False(WallClock().IsMatch(file.Text), $"{file.Path}: {WallClock().Match(file.Text)}"));
    }

    [Fact]
    public void Decisions_states_and_projections_are_pure()
    {
        var methods = Services.SelectMany(s => s.GetTypes())
            .SelectMany(
                t =>
                    t.GetMethods(
                        BindingFlags.Instance
                        | BindingFlags.Static
                        | BindingFlags.Public
                        | BindingFlags.NonPublic
                        | BindingFlags.DeclaredOnly))
            .Where(m => m.Name is "Decide" or "Evolve").ToArray();
        Assert.InRange(methods.Length, 15, 500);
        foreach (var method in methods)
            Assert.All(method.GetParameters(), p => Assert.False(
                typeof(TimeProvider).IsAssignableFrom(p.ParameterType)
                || p.ParameterType.Name.EndsWith("Session", StringComparison.Ordinal)
                || p.ParameterType.Name is "HttpContext" or "IBus",
                $"{method.DeclaringType}.{method.Name} takes {p.ParameterType.Name}"));
    }

    [Fact]
    public void A_decision_passes_its_result_on_by_returning_it_and_not_through_captured_variables()
    {
        var calls = new[] { "services", "libraries" }.SelectMany(Code)
            .SelectMany(f => CallOfDecide().Matches(f.Text).Select(call => (f.Path, call.Value)))
            .ToArray();
        Assert.InRange(calls.Length, 40, 500);
        Assert.All(calls, c => Assert.False(AssignmentInLambda().IsMatch(c.Value), $"{c.Path}: {c.Value}"));
    }

    [Fact]
    public void The_source_generator_of_Marten_recognises_every_event_of_a_state()
    {
        var states = Code("services").Concat(Code("libraries")).Where(c => c.Text.Contains("IState<", StringComparison.Ordinal)).ToArray();
        Assert.InRange(states.Length, 7, 200);
        // The source generator of Marten does not recognise an arm "SomethingHappened =>", and then never passes the event to an inline
        // snapshot. It recognises "SomethingHappened _ =>".
        Assert.All(
            states,
            s =>
                Assert.False(
                    BareArm().IsMatch(s.Text), $"{s.Path}: add a name or _ after the type in \"{BareArm().Match(s.Text).Value.Trim()}\""));
    }

    [Fact]
    public void Only_Outgoing_creates_public_events_and_only_consumers_read_them()
    {
        var (creators, readers) = (0, 0);
        foreach (var (file, text) in Repository.Services.SelectMany(s => Code($"services/{s}")).Where(
            c => c.Text.Contains("Platform.Contracts", StringComparison.Ordinal)))
            if (Path.GetFileName(file) == "Outgoing.cs") creators++;
            else
            {
                readers++;
                Assert.True(
                    Path.GetFileName(file).StartsWith("When", StringComparison.Ordinal),
                    $"{file} uses Platform.Contracts, but only Outgoing.cs and When*.cs may");
                Assert.All(Contracts, c => Assert.DoesNotContain($"new {c.Name}(", text, StringComparison.Ordinal));
            }
        Assert.InRange(creators, 3, 50);
        Assert.InRange(readers, 3, 100);
    }

    [Fact]
    public void Public_events_have_an_id_a_stream_a_version_and_a_time()
    {
        var events = Contracts.Where(t => t.GetProperty("EventId") is not null).ToArray();
        Assert.InRange(events.Length, 9, 100);
        Assert.All(
            events,
            t =>
                Assert.Equal(
                    ["EventId", "StreamId", "StreamVersion", "OccurredAt"],
                    t.GetConstructors()[0].GetParameters().Take(4).Select(p => p.Name)));
    }

    [Fact]
    public void No_type_has_a_meaningless_name()
    {
        var types = Services.SelectMany(s => s.GetExportedTypes()).ToArray();
        Assert.InRange(types.Length, 50, 1000);
        Assert.All(types, t => Assert.False(MeaninglessName().IsMatch(t.Name), t.FullName));
    }

    [Fact]
    public void Files_stay_small()
    {
        var sizes = new[] { "services", "libraries", "gateway", "portal", "tests", "bench" }
            .SelectMany(Repository.Sources)
            .Select(f => (File: f, Lines: File.ReadLines(Repository.Path(f)).Count()))
            .OrderByDescending(f => f.Lines)
            .ToArray();
        Assert.InRange(sizes.Length, 60, 2000);
        foreach (var (file, lines) in sizes.Where(f => f.Lines > 150))
            TestContext.Current.TestOutputHelper?.WriteLine($"{file} has {lines} lines; more than 150 need a reason");
        Assert.DoesNotContain(sizes, f => f.Lines > 300);
    }

    private static IEnumerable<(string Path, string Text)> Code(string folder) =>
        Repository.Sources(folder).Select(f => (f, Repository.Read(f)));

    [GeneratedRegex(
        @"\bDateTime(Offset)?\.(Utc)?Now\b|\bDateTime\.Today\b|\bGuid\.NewGuid\b|\bThread\.Sleep\b|\bTask\.Delay\((?![^;]*[cC]lock)")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"(?m)^\s+[A-Z]\w+ => this")]
    private static partial Regex BareArm();

    [GeneratedRegex(@"(?i)(decider(\(\))?|bulk)\.Decide(<\w+>)?\([^;]*;")]
    private static partial Regex CallOfDecide();

    [GeneratedRegex(@"(=>\s*|\()\w+ = ")]
    private static partial Regex AssignmentInLambda();

    [GeneratedRegex("(Manager|Helper|Service|Handler|Repository|Base|Common|Core|Utils|Dto)$")]
    private static partial Regex MeaninglessName();
}
