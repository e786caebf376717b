extern alias gateway;

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Kit;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Integration.Gateway;

/// <summary>A provider that others wrote, as a process of its own, and a gateway that is told of it by configuration alone.</summary>
public sealed class ProviderFixture : IAsyncLifetime
{
    public const string Audience = "https://portal.example";
    private readonly GatewayFixture _servers = new();
    private WebApplicationFactory<gateway::Gateway.Generations> _gateway = null!;
    private ForeignProcess _provider = null!, _other = null!;
    private HttpClient _http = null!, _elsewhere = null!;

    public async ValueTask InitializeAsync()
    {
        await _servers.InitializeAsync();
        (_provider, _other) = (await ForeignProcess.Start("oidc.mjs"), await ForeignProcess.Start("oidc.mjs"));
        (_http, _elsewhere) = (
            new HttpClient { BaseAddress = new Uri(_provider.FirstLine) }, new HttpClient { BaseAddress = new Uri(_other.FirstLine) });
        _gateway = await _servers.Another(("Auth:Authority", _provider.FirstLine), ("Auth:Audience", Audience));
    }

    /// <summary>A token as the provider issues it.</summary>
    public Task<string> Token(string role, string algorithm = "RS256", string audience = Audience) =>
        Token(_http, role, algorithm, audience);

    /// <summary>A token of another provider, that nobody here trusts.</summary>
    public Task<string> ForeignToken(string role) => Token(_elsewhere, role, "RS256", Audience);

    /// <summary>As if it had been issued so long ago.</summary>
    public async Task<string> TokenOf(string role, TimeSpan ago)
    {
        using var set = await _http.PostAsync($"/test?ago={ago.TotalSeconds}", null);
        var token = await Token(role);
        using var reset = await _http.PostAsync("/test", null);
        return token;
    }

    /// <summary>The provider has a new key, and knows its old one no more.</summary>
    public async Task RotateKeys()
    {
        using var rotated = await _http.PostAsync("/test?rotate", null);
        rotated.EnsureSuccessStatusCode();
    }

    /// <summary>What the gateway answers to whoever bears this, where only operators and admins may look.</summary>
    public async Task<Answer> Look(string? token)
    {
        using var client = GatewayFixture.At(_gateway);
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.Send("GET /status");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _elsewhere.Dispose();
        await _gateway.DisposeAsync();
        _provider.Dispose();
        _other.Dispose();
        await _servers.DisposeAsync();
    }

    private static async Task<string> Token(HttpClient provider, string role, string algorithm, string audience)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent(
                new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["resource"] = audience }),
            Headers =
            {
                Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{role}-{algorithm}:secret"))),
            },
        };
        using var answer = await provider.SendAsync(request);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }
}

public sealed class OpenIdConnectTests(ProviderFixture provider) : IClassFixture<ProviderFixture>
{
    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_token_of_the_provider_says_who_may(string algorithm)
    {
        (await provider.Look(await provider.Token("operator", algorithm))).Is(System.Net.HttpStatusCode.OK);
        (await provider.Look(await provider.Token("editor", algorithm))).IsProblem(403, "role");
        (await provider.Look(await provider.Token("nobody", algorithm))).IsProblem(403, "role");
    }

    [Fact]
    public async Task Without_a_token_or_with_a_word_in_its_place_nobody_may()
    {
        (await provider.Look(null)).IsProblem(401, "Bearer");
        (await provider.Look("operator")).IsProblem(401, "Bearer");
        // of the key of this machine: another provider is configured
        (await provider.Look(Tokens.For("operator"))).IsProblem(401, "Bearer");
    }

    [Fact]
    public async Task An_expired_token_is_refused() =>
        (await provider.Look(await provider.TokenOf("operator", TimeSpan.FromHours(1)))).IsProblem(401, "Bearer");

    [Fact]
    public async Task A_token_that_is_not_valid_yet_or_for_somebody_else_or_of_somebody_else_is_refused()
    {
        (await provider.Look(await provider.Token("operator", audience: "https://other.example"))).IsProblem(401, "Bearer");
        (await provider.Look(await provider.ForeignToken("operator"))).IsProblem(401, "Bearer");
    }

    [Theory]
    [InlineData("PS512")]
    [InlineData("HS256")]
    public async Task A_token_of_an_algorithm_that_is_not_expected_is_refused(string algorithm) =>
        (await provider.Look(await provider.Token("operator", algorithm))).IsProblem(401, "Bearer");

    [Fact]
    public async Task A_token_that_somebody_worked_on_is_refused()
    {
        var parts = (await provider.Token("editor")).Split('.');
        var raised = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("editor", "operator", StringComparison.Ordinal));
        var none = Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""");
        (await provider.Look($"{parts[0]}.{raised}.{parts[2]}")).IsProblem(401, "Bearer");
        (await provider.Look($"{none}.{raised}.")).IsProblem(401, "Bearer");
        (await provider.Look($"{none}.{raised}.{parts[2]}")).IsProblem(401, "Bearer");
        (await provider.Look(string.Join('.', parts))).IsProblem(403);
    }
}

/// <summary>A provider of its own, whose keys change.</summary>
public sealed class KeyRotationTests(ProviderFixture provider) : IClassFixture<ProviderFixture>
{
    [Fact]
    public async Task A_new_key_is_taken_without_a_restart_and_tokens_of_the_old_one_are_refused()
    {
        var old = await provider.Token("operator");
        (await provider.Look(old)).Is(System.Net.HttpStatusCode.OK);
        await provider.RotateKeys();
        var fresh = await provider.Token("operator");
        await Eventually.IsTrue(async () => (await provider.Look(fresh)).Status == System.Net.HttpStatusCode.OK, "the new key is fetched");
        await Eventually.IsTrue(
            async () => (await provider.Look(old)).Status == System.Net.HttpStatusCode.Unauthorized, "the old key is forgotten");
        (await provider.Look(old)).IsProblem(401, "Bearer");
    }
}
