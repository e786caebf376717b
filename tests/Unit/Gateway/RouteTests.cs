using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Cache;
using Kit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Xunit;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;

namespace Unit.Gateway;

/// <summary>The routes and clusters of the gateway.</summary>
public sealed class RouteTests : IDisposable
{
    private static readonly IProxyStateLookup Proxy = EffectiveRoutes.Load();
    private static readonly RouteConfig[] Routes = [.. Proxy.GetRoutes().Select(r => r.Config)];
    private static readonly ClusterConfig[] Clusters = [.. Proxy.GetClusters().Select(c => c.Model.Config)];
    private static readonly JsonSerializerOptions Compact = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public static TheoryData<string> Services { get; } = [.. Repository.Services.Select(Repository.Kebab)];

    private string ClustersFile => Path.Combine(_folder.FullName, "clusters.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Released_routes_and_clusters_do_not_change()
    {
        var file = Repository.Path("tests", "Unit", "Gateway", "released-routes.json");
        var settings = new ConfigurationBuilder().AddJsonFile(file).Build().GetSection("ReverseProxy");
        var proxy = new ServiceCollection().AddLogging().AddReverseProxy().LoadFromConfig(settings);
        using var services = proxy.Services.BuildServiceProvider();
        var released = services.GetRequiredService<IProxyConfigProvider>().GetConfig();
        Assert.InRange(released.Routes.Count, 70, 500);
        Assert.InRange(released.Clusters.Count, 5, 50);
        Assert.Empty(Texts(released.Routes).Except(Texts(Routes)));
        Assert.Empty(Texts(released.Clusters).Except(Texts(Clusters)));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_service_has_routes_for_its_description_and_for_operators(string service)
    {
        string[] expected =
        [
            $"{service}-openapi GET HEAD /openapi/{service}.json anonymous",
            $"{service}-admin-view GET HEAD /admin/{service}/{{**rest}} viewer",
            $"{service}-admin POST DELETE /admin/{service}/{{**rest}} admin",
        ];
        Assert.Equal(
            expected.Order(),
            Routes.Where(r => r.ClusterId == service && (r.Match.Path!.StartsWith("/openapi/", StringComparison.Ordinal)
                || r.Match.Path.StartsWith("/admin/", StringComparison.Ordinal)))
                .Select(r => $"{r.RouteId} {string.Join(' ', r.Match.Methods!)} {r.Match.Path} {r.AuthorizationPolicy}")
                .Order());
    }

    [Fact]
    public void A_setting_of_one_cluster_overrides_only_this_setting()
    {
        var clusters = EffectiveRoutes.Load(
            "ReverseProxy:Clusters:articles:HttpRequest:ActivityTimeout=00:00:01",
            "ReverseProxy:Clusters:articles:HealthCheck:Active:Interval=00:00:09").GetClusters();
        var articles = clusters.Single(c => c.ClusterId == "articles").Model.Config;
        var comments = clusters.Single(c => c.ClusterId == "comments").Model.Config;
        Assert.Equal(TimeSpan.FromSeconds(1), articles.HttpRequest!.ActivityTimeout);
        Assert.Equal(comments.HealthCheck!.Active! with { Interval = TimeSpan.FromSeconds(9) }, articles.HealthCheck!.Active);
        Assert.NotEqual(comments.HttpRequest, articles.HttpRequest);
    }

    [Fact]
    public void Every_route_for_GET_also_allows_HEAD()
    {
        var reads = Routes.Where(r => r.Match.Methods?.Contains("GET") == true).ToArray();
        Assert.InRange(reads.Length, 40, 200);
        Assert.All(reads, r => Assert.Contains("HEAD", r.Match.Methods!));
    }

    [Fact]
    public void Every_route_declares_who_may_use_it() => Assert.All(Routes, r => Assert.NotNull(r.AuthorizationPolicy));

    [Fact]
    public void Every_cached_route_lists_the_parameters_that_it_depends_on()
    {
        var cached = Routes.Where(r => r.Metadata?.ContainsKey("Cache") == true).ToArray();
        Assert.InRange(cached.Length, 10, 100);
        Assert.All(cached, r => Assert.Contains("Query", r.Metadata!));
    }

    [Fact]
    public void The_files_that_browsers_request_at_the_site_root_exist_and_have_routes()
    {
        var files = Directory.GetFiles(Repository.Path("portal", "wwwroot")).Select(f => $"/{Path.GetFileName(f)}").ToArray();
        Assert.All(["/favicon.ico", "/apple-touch-icon.png"], file => Assert.Contains(file, files));
        Assert.Empty(files.Except(Routes.Where(r => r.ClusterId == "portal").Select(r => r.Match.Path!)));
    }

    [Fact]
    public async Task The_replicas_are_read_again_when_their_file_changes_and_keep_the_settings_of_their_cluster()
    {
        WriteReplicas("comments-1", "comments-2");
        var proxy = EffectiveRoutes.Load($"Gateway:ClustersFile={ClustersFile}");
        ClusterConfig Comments() => proxy.GetClusters().Single(c => c.ClusterId == "comments").Model.Config;
        Assert.Equal(["comments-1", "comments-2"], Comments().Destinations!.Keys.Order());
        WriteReplicas("comments-2", "comments-3");
        await Eventually.IsTrue(
            () => Task.FromResult(Comments().Destinations!.Keys.Order().SequenceEqual(["comments-2", "comments-3"])),
            "the gateway uses the new list of replicas");
        var (before, after) = (Clusters.Single(c => c.ClusterId == "comments"), Comments());
        Assert.Equal(Texts([before with { Destinations = null }]), Texts([after with { Destinations = null }]));
        Assert.Equal(Routes.Select(r => r.RouteId).Order(), proxy.GetRoutes().Select(r => r.Config.RouteId).Order());
    }

    [Fact]
    public void The_routes_of_the_pages_have_the_languages_of_the_site()
    {
        var paths = Routes.Select(r => r.Match.Path!)
            .Where(path => path.StartsWith("/{lang", StringComparison.Ordinal)).ToArray();
        Assert.InRange(paths.Length, 3, 20);
        Assert.All(paths, path => Assert.StartsWith($"/{{lang:regex(^({Languages.Pattern})$)}}/", path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "lang", "")]
    [InlineData("?", "lang", "")]
    [InlineData("?x=1", "lang", "")]
    [InlineData("?x=1", "", "")]
    [InlineData("?lang=en", "lang", "?lang=en")]
    [InlineData("?Lang=en&x=1&limit=2&&y", "lang limit", "?Lang=en&limit=2")]
    [InlineData("?%6Cang=en", "lang", "?%6Cang=en")]
    [InlineData("?langs=en&lan=g", "lang", "")]
    [InlineData("?lang", "lang", "?lang")]
    public void Unknown_parameters_are_removed_from_the_query(string query, string names, string known) =>
        Assert.Equal(known, CacheKey.KnownParameters(query, names));

    private static IEnumerable<string> Texts<T>(IEnumerable<T> configurations) =>
        configurations.Select(c => JsonSerializer.Serialize(c, Compact));

    /// <summary>Replaces the list of replicas of the comments service in the way that <c>./platform</c> does.</summary>
    private void WriteReplicas(params string[] names)
    {
        var destinations = names.ToDictionary(n => n, n => new { Address = $"http://{n}/" });
        var clusters = new { comments = new { Destinations = destinations } };
        File.WriteAllText($"{ClustersFile}.new", JsonSerializer.Serialize(new { ReverseProxy = new { Clusters = clusters } }));
        File.Move($"{ClustersFile}.new", ClustersFile, overwrite: true);
    }
}
