using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

/// <summary>Which tokens a process accepts, and what it writes to the security log.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keys-").FullName;
    private readonly RSA _key = RSA.Create(2048);
    private readonly SecurityEntries _log = new();
    private WebApplication _app = null!;

    private string KeyFile => Path.Combine(_folder, "token.pub.pem");

    [Fact]
    public async Task An_insufficient_role_is_recorded_in_the_security_log()
    {
        Assert.Equal(HttpStatusCode.OK, await Call(Token(_key, "editor")));
        Assert.Empty(_log.All);
        Assert.Equal(HttpStatusCode.Forbidden, await Call(Token(_key, "moderator")));
        var entry = Assert.Single(_log.All);
        Assert.StartsWith("Warning: role-refused by the-moderator: GET /editors/{id}", entry, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-code", entry, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_token_is_recorded_in_the_security_log()
    {
        using var other = RSA.Create(2048);
        Assert.Equal(HttpStatusCode.Unauthorized, await Call(Token(other, "editor")));
        Assert.Contains("token-refused by unknown: GET /editors/{id}", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_is_rejected()
    {
        var token = Token(_key, "editor", "token-0001");
        Assert.Equal(HttpStatusCode.OK, await Call(token));
        _app.Services.GetRequiredService<EndedTokens>().End("token-0001", TimeProvider.System.GetUtcNow().AddHours(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await Call(token));
        Assert.Equal(HttpStatusCode.OK, await Call(Token(_key, "editor", "token-0002")));
        Assert.True(File.Exists(Path.Combine(_folder, "ended", "token-0001")), "the folder tells other processes about it");
    }

    [Fact]
    public void Expired_entries_are_deleted_and_no_session_name_escapes_the_folder()
    {
        var clock = new FakeTimeProvider(Some.Noon);
        var ended = new EndedTokens(_app.Configuration, clock, _app.Services.GetRequiredService<ILogger<EndedTokens>>());
        ended.End("session-0001", Some.Noon.AddHours(1));
        ended.End("../../session", Some.Noon.AddHours(1));
        Assert.True(ended.Has("session-0001"));
        Assert.True(ended.Has("../../session"));
        Assert.False(ended.Has(null));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder, "ended")).Length);
        clock.Advance(TimeSpan.FromHours(2));
        ended.End("session-0002", clock.GetUtcNow().AddHours(1));
        Assert.Equal(["session-0002"], Directory.GetFiles(Path.Combine(_folder, "ended")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_former_key_is_accepted_until_it_is_removed_from_the_file()
    {
        using var next = RSA.Create(2048);
        var clock = new FakeTimeProvider(Some.Noon);
        var keys = new LocalKeys(KeyFile, clock);
        Assert.Equal([LocalKeys.Id(_key)], keys.All().Select(k => k.KeyId));
        Write(next.ExportSubjectPublicKeyInfoPem() + "\n" + _key.ExportSubjectPublicKeyInfoPem() + "\n", Some.Noon.AddMinutes(1));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([LocalKeys.Id(next), LocalKeys.Id(_key)], keys.All().Select(k => k.KeyId));
        Assert.Equal([LocalKeys.Id(_key)], keys.For(LocalKeys.Id(_key)).Select(k => k.KeyId));
        Assert.Equal(2, keys.For(null).Count());
        Write(next.ExportSubjectPublicKeyInfoPem(), Some.Noon.AddMinutes(2));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([LocalKeys.Id(next)], keys.All().Select(k => k.KeyId));
    }

    private void Write(string pem, DateTimeOffset at)
    {
        File.WriteAllText(KeyFile, pem);
        File.SetLastWriteTimeUtc(KeyFile, at.UtcDateTime);
    }

    private async Task<HttpStatusCode> Call(string token)
    {
        using var client = _app.GetTestClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return (await client.Send("GET /editors/a-secret-code")).Status;
    }

    private static string Token(RSA key, string role, string? id = null)
    {
        var claims = new Dictionary<string, object> { ["sub"] = $"the-{role}", ["role"] = role };
        if (id is not null) claims["jti"] = id;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = SignIn.LocalName,
            Audience = SignIn.LocalName,
            Expires = DateTime.UnixEpoch.AddYears(100),
            NotBefore = DateTime.UnixEpoch,
            IssuedAt = DateTime.UnixEpoch,
            SigningCredentials = new(new RsaSecurityKey(key) { KeyId = LocalKeys.Id(key) }, SecurityAlgorithms.RsaSha256),
            Claims = claims,
        });
    }

    public async ValueTask InitializeAsync()
    {
        File.WriteAllText(KeyFile, _key.ExportSubjectPublicKeyInfoPem());
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration["Auth:PublicKeyFile"] = KeyFile;
        builder.AddEdge("sign-in");
        builder.Logging.ClearProviders().AddProvider(_log);
        _app = builder.Build();
        _app.MapEdge();
        _app.MapGet("/editors/{id}", (string id) => id).Requires(Roles.Editor);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
