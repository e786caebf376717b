using System.Text.Json.Nodes;
using Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Messaging;
using Platform.Postgres;
using Platform.Web;
using Xunit;

namespace Contracts;

/// <summary>Compares problem documents with the released ones. Clients branch on the type and the status.</summary>
public sealed class ProblemTests : IAsyncLifetime
{
    private sealed record Sent(string Name);

    private static readonly Dictionary<string, Exception> Exceptions = new()
    {
        ["malformed"] = new Malformed("title", "must not be blank"),
        ["not-found"] = new NotFound("There is no article with this id."),
        ["forbidden"] = new Forbidden("This Edit-Token is not the one of this comment."),
        ["rejected"] = new Rejected("It was never published, so there is nothing to retract."),
        ["stale"] = new Stale(1, 2),
        ["version-required"] = new VersionRequired(2),
        ["contention"] = new Contention("article-1"),
        ["too-large"] = new BadHttpRequestException("too large", 413),
        ["store-away"] = new Npgsql.NpgsqlException("gone", new IOException()),
        ["bug"] = new InvalidOperationException("secret detail"),
    };

    private WebApplication _app = null!;

    public static TheoryData<string, string, string> Calls { get; } = [.. Exceptions.Keys.Select(k => (k, $"GET /{k}", "")),
        ("wrong-type", "POST /sent", "{\"name\":1}"),
        ("missing-property", "POST /sent", "{}"),
        ("unknown-property", "POST /sent", "{\"name\":\"a\",\"nme\":1}"),
        ("no-json", "POST /sent", "nonsense"),
        ("wrong-method", "DELETE /sent", ""),
        ("nothing-there", "GET /nowhere", ""),
        ("no-token", "GET /editors", "")];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_problem_is_as_released(string name, string call, string body)
    {
        using var client = _app.GetTestClient();
        var answer = await client.Send(call, body.Length > 0 ? body : null);
        Assert.Equal("application/problem+json", answer.MediaType);
        var problem = JsonNode.Parse(answer.Body)!.AsObject();
        problem.Remove("traceId"); // differs in every response
        Assert.Equal((int)answer.Status, (int)problem["status"]!);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        Golden.AssertUnchanged(problem.ToJsonString(), $"http/{name}.json");
    }

    [Fact]
    public async Task An_endpoint_without_declared_roles_refuses_every_request()
    {
        using var client = _app.GetTestClient();
        (await client.Send("GET /undeclared")).IsProblem(401);
        client.DefaultRequestHeaders.Authorization = new("Bearer", Tokens.For([.. Roles.All]));
        (await client.Send("GET /undeclared")).IsProblem(403);
    }

    [Fact]
    public void Every_file_is_checked_by_a_test() =>
        Assert.Equal(Calls.Select(c => $"{c.Data.Item1}.json").Order(StringComparer.Ordinal), Golden.Files("http"));

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration["Auth:PublicKeyFile"] = Tokens.PublicKeyFile;
        builder.AddEdge("contracts");
        builder.Logging.ClearProviders();
        var database = new Database(new("Host=localhost"), TimeProvider.System, NullLogger<Database>.Instance);
        builder.Services.AddSingleton<IProblemSource>(new StoreProblems(database)).AddSingleton<IProblemSource, BrokerProblems>();
        _app = builder.Build();
        _app.MapEdge();
        foreach (var (name, exception) in Exceptions) _app.MapGet($"/{name}", IResult () => throw exception).AllowAnonymous();
        _app.MapPost("/sent", (Sent sent) => sent.Name).AllowAnonymous();
        _app.MapGet("/editors", () => "").Requires(Roles.Editor);
        _app.MapGet("/undeclared", () => "");
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
