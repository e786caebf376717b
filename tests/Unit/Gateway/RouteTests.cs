using System.Text.Json.Nodes;
using Gateway;
using Kit;
using Platform.Contracts;
using Xunit;

namespace Unit.Gateway;

/// <summary>The configured routes of the gateway.</summary>
public class RouteTests
{
    private static readonly JsonNode Settings = JsonNode.Parse(Repository.Read("gateway", "appsettings.json"))!;
    private static readonly JsonObject Routes = Settings["ReverseProxy"]!["Routes"]!.AsObject();

    [Fact]
    public void Every_route_for_GET_also_allows_HEAD()
    {
        var methods = Routes.Select(r => (r.Key, Methods: r.Value!["Match"]!["Methods"]?.AsArray().Select(m => m!.GetValue<string>())))
            .Where(r => r.Methods?.Contains("GET") == true).ToArray();
        Assert.InRange(methods.Length, 40, 200);
        Assert.All(methods, r => Assert.Contains("HEAD", r.Methods!));
    }

    [Fact]
    public void Every_cached_route_lists_the_parameters_that_it_depends_on()
    {
        var cached = Routes.Where(r => r.Value!["Metadata"]?["Cache"] is not null).ToArray();
        Assert.InRange(cached.Length, 10, 100);
        Assert.All(cached, r => Assert.NotNull(r.Value!["Metadata"]!["Query"]));
    }

    [Fact]
    public void The_files_that_browsers_request_at_the_site_root_exist_and_have_routes()
    {
        var files = Directory.GetFiles(Repository.Path("portal", "wwwroot")).Select(f => $"/{Path.GetFileName(f)}").ToArray();
        Assert.All(["/favicon.ico", "/apple-touch-icon.png"], file => Assert.Contains(file, files));
        var paths = Routes.Where(r => r.Value!["ClusterId"]!.GetValue<string>() == "portal")
            .Select(r => r.Value!["Match"]!["Path"]!.GetValue<string>());
        Assert.Empty(files.Except(paths));
    }

    [Fact]
    public void The_routes_of_the_pages_have_the_languages_of_the_site()
    {
        var paths = Routes.Select(r => r.Value!["Match"]!["Path"]!.GetValue<string>())
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
}
