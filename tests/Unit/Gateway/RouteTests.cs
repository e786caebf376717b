using System.Text.Json.Nodes;
using Gateway;
using Kit;
using Xunit;

namespace Unit.Gateway;

/// <summary>The gateway's routes as they are configured.</summary>
public class RouteTests
{
    private static readonly JsonNode Settings = JsonNode.Parse(Repository.Read("gateway", "appsettings.json"))!;
    private static readonly JsonObject Routes = Settings["ReverseProxy"]!["Routes"]!.AsObject();

    [Fact]
    public void Whatever_answers_GET_answers_HEAD()
    {
        var methods = Routes.Select(r => (r.Key, Methods: r.Value!["Match"]!["Methods"]?.AsArray().Select(m => m!.GetValue<string>())))
            .Where(r => r.Methods?.Contains("GET") == true).ToArray();
        Assert.InRange(methods.Length, 40, 200);
        Assert.All(methods, r => Assert.Contains("HEAD", r.Methods!));
    }

    [Fact]
    public void Whatever_is_kept_says_on_which_parameters_it_depends()
    {
        var kept = Routes.Where(r => r.Value!["Metadata"]?["Cache"] is not null).ToArray();
        Assert.InRange(kept.Length, 10, 100);
        Assert.All(kept, r => Assert.NotNull(r.Value!["Metadata"]!["Query"]));
    }

    [Fact]
    public void The_files_that_browsers_ask_for_at_the_root_of_a_site_are_there_and_have_routes()
    {
        var files = Directory.GetFiles(Repository.Path("services", "Portal", "wwwroot")).Select(f => $"/{Path.GetFileName(f)}").ToArray();
        Assert.All(["/favicon.ico", "/apple-touch-icon.png"], file => Assert.Contains(file, files));
        var paths = Routes.Where(r => r.Value!["ClusterId"]!.GetValue<string>() == "portal")
            .Select(r => r.Value!["Match"]!["Path"]!.GetValue<string>());
        Assert.Empty(files.Except(paths));
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
    public void Unknown_parameters_are_left_out_of_a_query(string query, string names, string known) =>
        Assert.Equal(known, CacheKey.Known(query, names));
}
