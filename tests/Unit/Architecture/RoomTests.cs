using System.Reflection;
using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>Which line lives where. Each test says how much it looked at: one that sees nothing must not pass.</summary>
public partial class RoomTests
{
    private static readonly Type[] Contracts =
    [
        .. typeof(global::Platform.Contracts.Articles.ArticlePublished).Assembly.GetExportedTypes(),
    ];
    private static readonly Assembly[] Services =
        [
            typeof(global::Articles.Article).Assembly,
            typeof(global::Comments.Comment).Assembly,
            typeof(global::CurrencyRates.Rate).Assembly,
            typeof(global::Feedback.Topic).Assembly,
        ];

    [Fact]
    public void A_service_references_the_shared_libraries_only()
    {
        Assert.Equal(Services.Length, Repository.Services.Except(["Portal"]).Count());
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
    public void Contracts_depend_on_nothing() =>
        Assert.All(Contracts[0].Assembly.GetReferencedAssemblies(), a => Assert.StartsWith("System.", a.Name, StringComparison.Ordinal));

    [Fact]
    public void A_service_never_names_another()
    {
        var files = 0;
        foreach (var service in Repository.Services)
            foreach (var (file, text) in Code($"services/{service}"))
            {
                files++;
                foreach (var other in Repository.Services.Except([service]))
                    Assert.False(Regex.IsMatch(text, $@"(using|namespace|global::)\s*{other}\b"), $"{file} names {other}");
            }
        Assert.InRange(files, 30, 500);
    }

    [Fact]
    public void Nothing_reads_a_clock_that_cannot_be_set()
    {
        var code = Code("services").Concat(Code("gateway")).ToArray();
        Assert.InRange(code.Length, 40, 500);
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
    public void Every_event_a_state_folds_is_one_that_Martens_generator_sees()
    {
        var states = Code("services").Where(c => c.Text.Contains("IState<", StringComparison.Ordinal)).ToArray();
        Assert.InRange(states.Length, 7, 200);
        // It overlooks "SomethingHappened =>" and then never shows the event to an inline snapshot; "SomethingHappened _ =>" it sees.
        Assert.All(
            states,
            s =>
                Assert.False(
                    BareArm().IsMatch(s.Text), $"{s.Path}: write {BareArm().Match(s.Text).Value.Trim()} with a name or _ after the type"));
    }

    [Fact]
    public void Only_Outgoing_makes_public_events_and_only_consumers_read_them()
    {
        var (makers, readers) = (0, 0);
        foreach (var (file, text) in Repository.Services.SelectMany(s => Code($"services/{s}")).Where(
            c => c.Text.Contains("Platform.Contracts", StringComparison.Ordinal)))
            if (Path.GetFileName(file) == "Outgoing.cs") makers++;
            else
            {
                readers++;
                Assert.True(
                    Path.GetFileName(file).StartsWith("When", StringComparison.Ordinal),
                    $"{file} names Platform.Contracts: only Outgoing.cs and When*.cs may");
                Assert.All(Contracts, c => Assert.DoesNotContain($"new {c.Name}(", text, StringComparison.Ordinal));
            }
        Assert.InRange(makers, 3, 50);
        Assert.InRange(readers, 3, 100);
    }

    [Fact]
    public void Public_events_carry_what_consumers_decide_by()
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
    public void No_name_says_nothing()
    {
        var types = Services.SelectMany(s => s.GetExportedTypes()).ToArray();
        Assert.InRange(types.Length, 50, 1000);
        Assert.All(types, t => Assert.False(Empty().IsMatch(t.Name), t.FullName));
    }

    [Fact]
    public void Files_stay_small()
    {
        var sizes = new[] { "services", "gateway", "tests" }
            .SelectMany(Repository.Sources)
            .Select(f => (File: f, Lines: File.ReadLines(Repository.Path(f)).Count()))
            .OrderByDescending(f => f.Lines)
            .ToArray();
        Assert.InRange(sizes.Length, 60, 2000);
        foreach (var (file, lines) in sizes.Where(f => f.Lines > 150))
            TestContext.Current.TestOutputHelper?.WriteLine($"{file} has {lines} lines: more than 150 need a reason");
        Assert.DoesNotContain(sizes, f => f.Lines > 300);
    }

    private static IEnumerable<(string Path, string Text)> Code(string folder) =>
        Repository.Sources(folder).Select(f => (f, Repository.Read(f)));

    [GeneratedRegex(
        @"\bDateTime(Offset)?\.(Utc)?Now\b|\bDateTime\.Today\b|\bGuid\.NewGuid\b|\bThread\.Sleep\b|\bTask\.Delay\((?![^;]*[cC]lock)")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"(?m)^\s+[A-Z]\w+ => this")]
    private static partial Regex BareArm();

    [GeneratedRegex("(Manager|Helper|Service|Handler|Repository|Base|Common|Core|Utils|Dto)$")]
    private static partial Regex Empty();
}
