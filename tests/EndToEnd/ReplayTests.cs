using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Replays by admins through the gateway and with <c>./platform replay</c>.</summary>
public class ReplayTests(RunningPlatform platform) : EndToEndTests(platform)
{
    public static TheoryData<string> Services { get; } = [.. RunningPlatform.Services];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Only_admins_can_start_replays_and_only_operators_and_admins_can_see_them(string service)
    {
        foreach (var role in new[] { "editor", "moderator", "operator", "admin" })
        {
            using var client = await Platform.SignedIn(role);
            Assert.Equal(
                (role, role is "operator" or "admin" ? HttpStatusCode.OK : HttpStatusCode.Forbidden),
                (role, (await client.GetAsync($"/admin/{service}/consumers", Cancelled)).StatusCode));
            var started = await client.PostAsJsonAsync(
                $"/admin/{service}/replays", new { target = "nothing", reason = "a test" }, Cancelled);
            Assert.Equal((role, role == "admin" ? HttpStatusCode.BadRequest : HttpStatusCode.Forbidden), (role, started.StatusCode));
            Assert.Equal(
                (role, role == "admin" ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden),
                (role, (await client.DeleteAsync($"/admin/{service}/replays/{Guid.CreateVersion7()}", Cancelled)).StatusCode));
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await Platform.Reader.GetAsync($"/admin/{service}/consumers", Cancelled)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Rebuilding_any_read_model_of_the_seed_data_finds_no_difference(string service)
    {
        using var @operator = await Platform.SignedIn("operator");
        var consumers = JsonNode.Parse(await @operator.GetStringAsync($"/admin/{service}/consumers", Cancelled))!["items"]!.AsArray();
        var models = consumers.Where(c => c!["kind"]!.GetValue<string>() == "readModel")
            .Select(c => c!["name"]!.GetValue<string>())
            .ToArray();
        Assert.NotEmpty(models);
        foreach (var model in models)
        {
            var output = await Platform.Script("replay", service, $"readModel:{model}", "--mode", "apply", "--reason", "a test");
            Assert.Contains("completed: ", output, StringComparison.Ordinal);
            Assert.Contains(" rows same, 0 differ, 0 missing, 0 extra", output, StringComparison.Ordinal);
        }
        Assert.Contains(models[0], await Platform.Script("replay", service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_states_why_a_replay_request_is_rejected()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Platform.Script("replay", "comments", "readModel:nothing", "--reason", "a test"));
        Assert.Contains("there is no such read model here; there are", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Platform.Script("replay", "comments", "bus"));
        Assert.Contains("a reason is missing", refused.Message, StringComparison.Ordinal);
    }
}
