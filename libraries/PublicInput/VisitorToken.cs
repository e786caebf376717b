using System.Buffers.Text;
using System.Security.Cryptography;
using JasperFx;
using Marten;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Web;

namespace Platform.PublicInput;

/// <summary>
/// Identifies visitors without an account, so that each can vote once: a random id with a signature, in the cookie <c>visitor</c> or, for
/// clients without cookies, in the header <c>Visitor-Token</c>. It reveals nothing about the person. The key is created once and kept in
/// the store for all replicas.
/// </summary>
public sealed class VisitorTokens(IDocumentStore store, TimeProvider clock)
{
    /// <summary>Header with the token, in requests and responses.</summary>
    public const string Header = "Visitor-Token";
    private const string Cookie = "visitor";
    private byte[]? _key;

    /// <summary>Registers this service.</summary>
    public static void Add(IServiceCollection services) => services.AddSingleton<VisitorTokens>();

    /// <summary>Registers the document that holds the key.</summary>
    public static void Configure(StoreOptions store) => store.RegisterDocumentType<SigningKey>();

    /// <summary>
    /// The id of the visitor. A new visitor gets a token with the response; the cookie is valid below <paramref name="path"/>.
    /// </summary>
    public async Task<Guid> Of(HttpContext http, string path, CancellationToken ct)
    {
        var key = _key ??= await Key(ct);
        var sent = http.Request.Headers[Header].ToString() is { Length: > 0 } header ? header : http.Request.Cookies[Cookie];
        if (Read(sent, key) is { } known) return known;
        var visitor = Guid.CreateVersion7(clock.GetUtcNow());
        var token = $"{visitor:N}.{Sign(visitor, key)}";
        http.Response.Headers[Header] = token;
        http.Response.Cookies.Append(Cookie, token, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = IsSecure(http.Request, http.RequestServices.GetRequiredService<IConfiguration>()),
            Path = path,
            MaxAge = TimeSpan.FromDays(365),
            IsEssential = true,
        });
        return visitor;
    }

    /// <summary>
    /// Whether the visitor's browser uses https, according to the gateway, or else the configured address of the site. The connection from
    /// the gateway itself is plain http.
    /// </summary>
    internal static bool IsSecure(HttpRequest request, IConfiguration configuration) =>
        request.IsHttps || string.Equals(request.Headers["X-Forwarded-Proto"], Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase)
        || PublicSite.UsesHttps(configuration);

    internal static Guid? Read(string? token, byte[] key) =>
        token?.Split('.') is [var id, var signature] && Guid.TryParseExact(id, "N", out var visitor)
        && CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.UTF8.GetBytes(signature), System.Text.Encoding.UTF8.GetBytes(Sign(visitor, key)))
            ? visitor
            : null;

    internal static string Sign(Guid visitor, byte[] key) => Base64Url.EncodeToString(HMACSHA256.HashData(key, visitor.ToByteArray()));

    private async Task<byte[]> Key(CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<SigningKey>(Cookie, ct) is { } kept) return Convert.FromBase64String(kept.Key);
        session.Insert(new SigningKey(Cookie, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        try { await session.SaveChangesAsync(ct); }
        catch (DocumentAlreadyExistsException) { } // Another replica created the key first.
        await using var query = store.QuerySession();
        return Convert.FromBase64String((await query.LoadAsync<SigningKey>(Cookie, ct))!.Key);
    }
}

/// <summary>A secret that all replicas of a service share.</summary>
public sealed record SigningKey(string Id, string Key) : Stored;
