using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Web;

namespace Portal.Console;

/// <summary>
/// Renews sessions for which the provider issued a refresh token. A token is renewed when it is used in the second half of its life, by
/// one caller at a time. The newest tokens are kept in memory under the id of the session, for open pages, which have no new cookie, and
/// for requests with an older cookie. The gateway routes a person to one replica; another replica can continue from the cookie.
/// </summary>
public sealed partial class Renewal(
    IOptionsMonitor<OpenIdConnectOptions> provider,
    EndedTokens ended,
    SecurityLog security,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<Renewal> log)
{
    /// <summary>How far the time of last use in the cookie may lag behind before the cookie is replaced.</summary>
    private static readonly TimeSpan CookieLag = TimeSpan.FromMinutes(1);

    /// <summary>A session that is not used for this long ends: <c>Console:IdleMinutes</c> (default: 60).</summary>
    private readonly TimeSpan _idle = TimeSpan.FromMinutes(configuration.GetValue("Console:IdleMinutes", 60));

    private readonly ConcurrentDictionary<Guid, SessionEntry> _sessions = new();

    /// <summary>The current tokens of a person, or null if the session has ended at this or another replica.</summary>
    public async Task<SessionTokens?> CurrentTokens(ClaimsPrincipal person, CancellationToken ct) =>
        await Refreshed(SessionTokens.Of(person), ct) is { IsOver: false } entry ? entry.Tokens : null;

    /// <summary>Records that the person uses an open page.</summary>
    public void Touch(ClaimsPrincipal person)
    {
        if (person.HasClaim(c => c.Type == "session")) EntryOf(SessionTokens.Of(person)).Use(clock.GetUtcNow());
    }

    /// <summary>Validates the cookie of a request: replaces it after a renewal, and rejects it if the session has ended.</summary>
    internal async Task ValidateCookie(CookieValidatePrincipalContext request)
    {
        if (!request.Principal!.HasClaim(c => c.Type == "session"))
        {
            request.RejectPrincipal(); // a cookie of an earlier version of the portal
            return;
        }
        var own = SessionTokens.Of(request.Principal!);
        var entry = await Refreshed(own, request.HttpContext.RequestAborted);
        if (entry.IsOver)
        {
            request.RejectPrincipal();
            await request.HttpContext.SignOutAsync(Session.Scheme);
        }
        if (entry.IsOver) return;
        if (IsVisit(request.Request)) entry.Use(clock.GetUtcNow());
        if (entry.Tokens.Access != own.Access || entry.Tokens.Used - own.Used > CookieLag)
        {
            var (person, properties) = Session.Of(entry.Tokens, request.Principal!.Identity!.Name);
            request.ReplacePrincipal(person);
            await request.HttpContext.SignInAsync(Session.Scheme, person, properties);
        }
    }

    /// <summary>Whether the person made the request. Open pages request these two paths by themselves.</summary>
    private static bool IsVisit(HttpRequest request) =>
        !request.Path.StartsWithSegments("/session") && !request.Path.StartsWithSegments("/_blazor");

    /// <summary>
    /// Ends the session at every replica, revokes its access token at every service, and revokes its refresh token at the provider if the
    /// provider supports revocation.
    /// </summary>
    public async Task End(ClaimsPrincipal person, CancellationToken ct)
    {
        if (!person.HasClaim(c => c.Type == "session")) return;
        var entry = EntryOf(SessionTokens.Of(person));
        await entry.Lock.WaitAsync(ct);
        try
        {
            EndSession(entry, "sign-out");
            if (entry.Tokens.Refresh is not null && (await Discover(ct)).RevocationEndpoint is { Length: > 0 } address)
                (await Post(address, ct, ("token", entry.Tokens.Refresh), ("token_type_hint", "refresh_token"))).Dispose();
        }
        catch (Exception e) when (IsUnavailable(e, ct))
        {
            LogUnavailable(e);
        }
        finally
        {
            entry.Lock.Release();
        }
    }

    private async Task<SessionEntry> Refreshed(SessionTokens own, CancellationToken ct)
    {
        var entry = EntryOf(own);
        await entry.Lock.WaitAsync(ct);
        try
        {
            if (own.ExpiresAt > entry.Tokens.ExpiresAt) entry.Tokens = own; // another replica has renewed it
            entry.Use(own.Used);
            if (ended.Has($"{own.Session}")) entry.IsOver = true;
            else if (!entry.IsOver && entry.Tokens.IsIdle(_idle, clock.GetUtcNow())) EndSession(entry, "idle");
            // Not cancelled with the request: the provider may already have invalidated the old refresh token.
            if (!entry.IsOver && entry.Tokens.ShouldRenew(clock.GetUtcNow())) await Renew(entry, CancellationToken.None);
        }
        finally
        {
            entry.Lock.Release();
        }
        return entry;
    }

    private void EndSession(SessionEntry entry, string reason)
    {
        entry.IsOver = true;
        ended.End($"{entry.Tokens.Session}", entry.Tokens.End);
        var token = new JsonWebToken(entry.Tokens.Access);
        if (token.Id is { Length: > 0 } id) ended.End(id, entry.Tokens.ExpiresAt);
        security.SignedOut(token.Subject, reason);
    }

    private async Task Renew(SessionEntry entry, CancellationToken ct)
    {
        try
        {
            using var response = await Post(
                (await Discover(ct)).TokenEndpoint, ct, ("grant_type", "refresh_token"), ("refresh_token", entry.Tokens.Refresh));
            var answer = await response.Content.ReadFromJsonAsync<Answer>(ct);
            if (answer?.Error == "invalid_grant") entry.IsOver = true;
            else if (new JsonWebTokenHandler().CanReadToken(answer?.Access))
                entry.Tokens = entry.Tokens.Renewed(answer!.Access!, answer.Refresh, clock.GetUtcNow());
            else throw new HttpRequestException($"The provider answered {(int)response.StatusCode} without a token: {answer?.Error}");
        }
        catch (Exception e) when (IsUnavailable(e, ct))
        {
            LogUnavailable(e);
            entry.Tokens = entry.Tokens.RetryLater(clock.GetUtcNow());
        }
    }

    private OpenIdConnectOptions Provider => provider.Get(Session.Provider);

    private Task<OpenIdConnectConfiguration> Discover(CancellationToken ct) => Provider.ConfigurationManager!.GetConfigurationAsync(ct);

    private Task<HttpResponseMessage> Post(string address, CancellationToken ct, params (string Name, string? Value)[] form)
    {
        (string Name, string? Value)[] fields =
        [
            .. form,
            ("client_id", Provider.ClientId),
            ("client_secret", Provider.ClientSecret),
            ("resource", Provider.Resource),
        ];
        return Provider.Backchannel.PostAsync(
            address,
            new FormUrlEncodedContent(fields.Where(f => !string.IsNullOrEmpty(f.Value)).Select(f => KeyValuePair.Create(f.Name, f.Value!))),
            ct);
    }

    private SessionEntry EntryOf(SessionTokens own)
    {
        if (_sessions.TryGetValue(own.Session, out var known)) return known;
        foreach (var (session, entry) in _sessions) if (entry.Tokens.End < clock.GetUtcNow()) _sessions.TryRemove(session, out _);
        return _sessions.GetOrAdd(own.Session, _ => new SessionEntry(own));
    }

    // InvalidOperationException: the provider's discovery document could not be read.
    private static bool IsUnavailable(Exception e, CancellationToken ct) =>
        e is HttpRequestException or JsonException or InvalidOperationException
        || (e is TaskCanceledException && !ct.IsCancellationRequested);

    [LoggerMessage(LogLevel.Warning, "Could not renew a session or revoke its refresh token at the identity provider")]
    private partial void LogUnavailable(Exception e);

    private sealed class SessionEntry(SessionTokens tokens)
    {
        public SemaphoreSlim Lock { get; } = new(1, 1);
        // When the session was last used. It is set without holding Lock.
        private DateTimeOffset _used = tokens.Used;

        public SessionTokens Tokens { get => field with { Used = _used }; set; } = tokens;

        public void Use(DateTimeOffset at)
        {
            if (at > _used) _used = at;
        }

        /// <summary>Whether the person has signed out, or the provider has rejected the refresh token.</summary>
        public bool IsOver { get; set; }
    }

    private sealed record Answer(
        [property: JsonPropertyName("access_token")] string? Access,
        [property: JsonPropertyName("refresh_token")] string? Refresh,
        string? Error);
}
