using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>The OpenAPI document of the gateway, which merges those of all services.</summary>
public class InterfaceTests(RunningPlatform platform) : EndToEndTests(platform)
{
    [Fact]
    public async Task The_merged_document_describes_every_service_and_passes_the_linter()
    {
        var text = await Platform.Reader.GetStringAsync("/openapi.json", Cancelled);
        var document = JsonNode.Parse(text)!;
        Assert.Empty(OpenApi.Undescribed(document, out var answers));
        Assert.InRange(answers, 100, 1000);
        var paths = document["paths"]!.AsObject().Select(p => p.Key).ToArray();
        Assert.All(
            [
                "/api/live",
                "/status",
                "/api/articles/{id}",
                "/api/articles/{id}/comments",
                "/api/rates",
                "/api/feedback/typos",
                "/admin/comments/replays",
            ],
            path => Assert.Contains(path, paths));
        foreach (var service in RunningPlatform.Services)
            Assert.Contains(
                "\"openapi\"", await Platform.Reader.GetStringAsync($"/openapi/{service}.json", Cancelled), StringComparison.Ordinal);
        await Spectral.FindsNothing(text);
    }
}
