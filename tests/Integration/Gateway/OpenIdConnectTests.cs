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

/// <summary>A third-party OpenID Connect provider in its own process, and a gateway that uses it by configuration alone.</summary>
public sealed class ProviderFixture : IAsyncLifetime
{
    public const string Audience = "https://portal.example";
    private readonly GatewayFixture _servers = new();
    private WebApplicationFactory<gateway::Gateway.Cache.Generations> _gateway = null!;
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

    /// <summary>A token from the provider.</summary>
    public Task<string> Token(string role, string algorithm = "RS256", string audience = Audience) =>
        Token(_http, role, algorithm, audience);

    /// <summary>A token from another provider, which the gateway does not trust.</summary>
    public Task<string> ForeignToken(string role) => Token(_elsewhere, role, "RS256", Audience);

    /// <summary>A token that was issued some time ago.</summary>
    public async Task<string> TokenOf(string role, TimeSpan ago)
    {
        using var set = await _http.PostAsync($"/test?ago={ago.TotalSeconds}", null);
        var token = await Token(role);
        using var reset = await _http.PostAsync("/test", null);
        return token;
    }

    /// <summary>Replaces the key of the provider; the old key is no longer published.</summary>
    public async Task RotateKeys()
    {
        using var rotated = await _http.PostAsync("/test?rotate", null);
        rotated.EnsureSuccessStatusCode();
    }

    /// <summary>Calls an endpoint that only operators and admins may use, with this token.</summary>
    public async Task<Answer> CallWith(string? token)
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
    public async Task The_role_in_a_token_of_the_provider_decides_about_access(string algorithm)
    {
        (await provider.CallWith(await provider.Token("operator", algorithm))).Is(System.Net.HttpStatusCode.OK);
        (await provider.CallWith(await provider.Token("editor", algorithm))).IsProblem(403, "role");
        (await provider.CallWith(await provider.Token("nobody", algorithm))).IsProblem(403, "role");
    }

    [Fact]
    public async Task A_missing_invalid_or_local_token_is_refused()
    {
        (await provider.CallWith(null)).IsProblem(401, "Bearer");
        (await provider.CallWith("operator")).IsProblem(401, "Bearer");
        // A local token is refused too, because a provider is configured.
        (await provider.CallWith(Tokens.For("operator"))).IsProblem(401, "Bearer");
    }

    [Fact]
    public async Task An_expired_token_is_refused() =>
        (await provider.CallWith(await provider.TokenOf("operator", TimeSpan.FromHours(1)))).IsProblem(401, "Bearer");

    [Fact]
    public async Task A_token_for_another_audience_or_from_another_provider_is_refused()
    {
        (await provider.CallWith(await provider.Token("operator", audience: "https://other.example"))).IsProblem(401, "Bearer");
        (await provider.CallWith(await provider.ForeignToken("operator"))).IsProblem(401, "Bearer");
    }

    [Theory]
    [InlineData("PS512")]
    [InlineData("HS256")]
    public async Task A_token_with_an_unexpected_algorithm_is_refused(string algorithm) =>
        (await provider.CallWith(await provider.Token("operator", algorithm))).IsProblem(401, "Bearer");

    [Fact]
    public async Task A_manipulated_token_is_refused()
    {
        var parts = (await provider.Token("editor")).Split('.');
        var raised = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("editor", "operator", StringComparison.Ordinal));
        var none = Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""");
        (await provider.CallWith($"{parts[0]}.{raised}.{parts[2]}")).IsProblem(401, "Bearer");
        (await provider.CallWith($"{none}.{raised}.")).IsProblem(401, "Bearer");
        (await provider.CallWith($"{none}.{raised}.{parts[2]}")).IsProblem(401, "Bearer");
        (await provider.CallWith(string.Join('.', parts))).IsProblem(403);
    }
}

/// <summary>Has its own provider, because it replaces the key.</summary>
public sealed class KeyRotationTests(ProviderFixture provider) : IClassFixture<ProviderFixture>
{
    [Fact]
    public async Task A_new_key_works_without_a_restart_and_tokens_of_the_old_key_are_refused()
    {
        var old = await provider.Token("operator");
        (await provider.CallWith(old)).Is(System.Net.HttpStatusCode.OK);
        await provider.RotateKeys();
        var fresh = await provider.Token("operator");
        await Eventually.IsTrue(
            async () => (await provider.CallWith(fresh)).Status == System.Net.HttpStatusCode.OK, "the new key is fetched");
        await Eventually.IsTrue(
            async () => (await provider.CallWith(old)).Status == System.Net.HttpStatusCode.Unauthorized,
            "the old key is no longer trusted");
        (await provider.CallWith(old)).IsProblem(401, "Bearer");
    }
}
