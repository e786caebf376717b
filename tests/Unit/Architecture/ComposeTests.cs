using System.Text.RegularExpressions;
using Kit;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Unit.Architecture;

/// <summary>The rights, secrets, settings and published ports of the containers in docker-compose.yml.</summary>
public partial class ComposeTests
{
    private static readonly string[] Servers = ["postgres", "rabbitmq"], Scripts = ["access", "seed"];
    private static readonly Dictionary<string, Dictionary<object, object>> Services = Read();

    private static IEnumerable<string> Ours => Services.Keys.Except(Servers).Except(Scripts);

    [Fact]
    public void A_container_gets_only_its_own_password()
    {
        Assert.Equal(Repository.Services.Select(Repository.Kebab).Append("gateway").Append("portal").Order(), Ours.Order());
        foreach (var (name, service) in Services)
        {
            var known = Password().Matches(string.Join('\n', Environment(service).Values))
                .Select(m => m.Groups[1].Value)
                .Distinct().Order();
            string[] own = name switch
            {
                "access" => [.. Ours.Except(["portal"]).Concat(Servers)],
                "portal" or "seed" => [],
                _ => [name],
            };
            Assert.Equal((name, string.Join(' ', own.Select(Variable).Order())), (name, string.Join(' ', known)));
        }
    }

    [Fact]
    public void Each_service_has_its_own_account_which_the_access_container_creates()
    {
        var withStore = Ours.Except(["portal"]).ToArray();
        foreach (var name in withStore)
        {
            var (settings, role) = (Environment(Services[name]), name.Replace('-', '_'));
            Assert.Equal(
                $"Host=postgres;Database={role};Username={role};Password=${{{Variable(name)}}}",
                settings["ConnectionStrings__Postgres"]);
            Assert.Equal($"amqp://{name}:${{{Variable(name)}}}@rabbitmq:5672/", settings["ConnectionStrings__RabbitMq"]);
            Assert.Equal("service_completed_successfully", At(Services[name], "depends_on", "access", "condition"));
        }
        Assert.Equal(withStore.Order(), List(Services["access"]["command"]).Order());
    }

    [Fact]
    public void Containers_run_with_minimal_privileges()
    {
        foreach (var (name, service) in Services)
        {
            Assert.Equal((name, "ALL"), (name, string.Join(' ', List(service["cap_drop"]))));
            Assert.Contains("no-new-privileges:true", List(service["security_opt"]));
            if (Servers.Contains(name)) continue;
            Assert.Equal((name, "true"), (name, service["read_only"]));
            if (name != "seed") Assert.False(service.ContainsKey("cap_add"), name);
        }
        // The last USER line counts: the last stage is the image of all our processes, and no later line changes the user back.
        Assert.Equal("$APP_UID", User().Matches(Repository.Read("Dockerfile"))[^1].Groups[1].Value);
    }

    [Fact]
    public void Only_the_gateway_and_the_management_port_of_the_broker_are_published()
    {
        var published = Services.Where(s => s.Value.ContainsKey("ports")).ToDictionary(s => s.Key, s => List(s.Value["ports"]).Single());
        Assert.Equal(["gateway", "rabbitmq"], published.Keys.Order());
        Assert.Equal("${PLATFORM_BIND:-127.0.0.1}:${PLATFORM_PORT:-8080}:8080", published["gateway"]);
        Assert.StartsWith("127.0.0.1:", published["rabbitmq"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_gateway_trusts_forwarded_addresses_only_from_the_portal_on_an_unpublished_port()
    {
        var gateway = Environment(Services["gateway"]);
        var inside = gateway["Gateway__InternalPort"];
        Assert.Contains(inside, gateway["ASPNETCORE_HTTP_PORTS"].Split(';'));
        Assert.Equal($"http://gateway:{inside}", Environment(Services["portal"])["Gateway__Address"]);
        Assert.DoesNotContain(List(Services["gateway"]["ports"]), port => port.EndsWith($":{inside}", StringComparison.Ordinal));
        Assert.Equal("${PLATFORM_PROXY:-}", gateway["Gateway__KnownProxies__0"]);
        foreach (var name in Ours.Except(["gateway"]))
        {
            Assert.Equal("http://+:8081", Environment(Services[name])["Operator__Url"]);
            Assert.Equal($"http://{name}:8081/", gateway[$"ReverseProxy__Clusters__{name}__Destinations__dns__Health"]);
        }
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("ops/lib/packages.sh")]
    public void Packages_are_restored_from_the_lock_files(string file) =>
        Assert.Contains("-p:RestoreLockedMode=true", Repository.Read(file), StringComparison.Ordinal);

    private static string Variable(string name) => $"{name.Replace('-', '_').ToUpperInvariant()}_PASSWORD";

    private static Dictionary<string, string> Environment(Dictionary<object, object> service) =>
        service.GetValueOrDefault("environment") is Dictionary<object, object> settings
            ? settings.ToDictionary(s => $"{s.Key}", s => $"{s.Value}")
            : [];

    private static string[] List(object items) => [.. ((List<object>)items).Select(i => $"{i}")];

    private static string At(object node, params string[] path) =>
        $"{path.Aggregate(node, (at, key) => ((Dictionary<object, object>)at)[key])}";

    private static Dictionary<string, Dictionary<object, object>> Read()
    {
        using var file = new StringReader(Repository.Read("docker-compose.yml"));
        var document = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(new MergingParser(new Parser(file)));
        return ((Dictionary<object, object>)document["services"])
            .ToDictionary(s => (string)s.Key, s => (Dictionary<object, object>)s.Value);
    }

    [GeneratedRegex(@"\$\{([A-Z_]+_PASSWORD)\b")]
    private static partial Regex Password();

    [GeneratedRegex(@"(?m)^USER (\S+)$")]
    private static partial Regex User();
}
