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
using Platform.Hosting;

namespace Portal.Console;

/// <summary>
/// Renews sessions for which the provider gave a refresh token: where a token is used, in the second half of its life, by one at a time.
/// What is newest is known here by the session's name: to pages that go on over their connection, and to requests whose cookie is older.
/// The gateway keeps a person at one replica; another goes on from the cookie.
/// </summary>
public sealed partial class Renewal(
    IOptionsMonitor<OpenIdConnectOptions> provider,
    EndedTokens ended,
    SecurityLog security,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<Renewal> log)
{
    /// <summary>So much later than its cookie says a session may have been used before it gets a new cookie.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    /// <summary>A session ends when the person does nothing for so long: <c>Console:IdleMinutes</c> (60).</summary>
    private readonly TimeSpan _idle = TimeSpan.FromMinutes(configuration.GetValue("Console:IdleMinutes", 60));

    private readonly ConcurrentDictionary<Guid, Held> _sessions = new();

    /// <summary>The tokens to use for that person now; null if their session has ended, here or at another replica.</summary>
    public async Task<SessionTokens?> Newest(ClaimsPrincipal person, CancellationToken ct) =>
        await Current(SessionTokens.Of(person), ct) is { IsOver: false } held ? held.Tokens : null;

    /// <summary>The person does something on an open page.</summary>
    public void Touch(ClaimsPrincipal person)
    {
        if (person.HasClaim(c => c.Type == "session")) Hold(SessionTokens.Of(person)).Use(clock.GetUtcNow());
    }

    /// <summary>Of a request: its cookie follows what was renewed; a session that the provider ended is over here too.</summary>
    internal async Task Follow(CookieValidatePrincipalContext request)
    {
        if (!request.Principal!.HasClaim(c => c.Type == "session"))
        {
            request.RejectPrincipal(); // of an earlier version
            return;
        }
        var own = SessionTokens.Of(request.Principal!);
        var held = await Current(own, request.HttpContext.RequestAborted);
        if (held.IsOver)
        {
            request.RejectPrincipal();
            await request.HttpContext.SignOutAsync(Session.Scheme);
        }
        if (held.IsOver) return;
        if (IsVisit(request.Request)) held.Use(clock.GetUtcNow());
        if (held.Tokens.Access != own.Access || held.Tokens.Used - own.Used > Precision)
        {
            var (person, properties) = Session.Of(held.Tokens, request.Principal!.Identity!.Name);
            request.ReplacePrincipal(person);
            await request.HttpContext.SignInAsync(Session.Scheme, person, properties);
        }
    }

    /// <summary>What open pages ask by themselves says nothing about the person.</summary>
    private static bool IsVisit(HttpRequest request) =>
        !request.Path.StartsWithSegments("/session") && !request.Path.StartsWithSegments("/_blazor");

    /// <summary>The session ends at every replica, its token at every service; the provider takes its refresh token back, where it
    /// can.</summary>
    public async Task End(ClaimsPrincipal person, CancellationToken ct)
    {
        if (!person.HasClaim(c => c.Type == "session")) return;
        var held = Hold(SessionTokens.Of(person));
        await held.Turn.WaitAsync(ct);
        try
        {
            Stop(held, "sign-out");
            if (held.Tokens.Refresh is not null && (await Known(ct)).RevocationEndpoint is { Length: > 0 } address)
                (await Post(address, ct, ("token", held.Tokens.Refresh), ("token_type_hint", "refresh_token"))).Dispose();
        }
        catch (Exception e) when (IsAway(e, ct))
        {
            LogAway(e);
        }
        finally
        {
            held.Turn.Release();
        }
    }

    private async Task<Held> Current(SessionTokens own, CancellationToken ct)
    {
        var held = Hold(own);
        await held.Turn.WaitAsync(ct);
        try
        {
            if (own.Until > held.Tokens.Until) held.Tokens = own; // renewed at another replica
            held.Use(own.Used);
            if (ended.Has($"{own.Session}")) held.IsOver = true;
            else if (!held.IsOver && held.Tokens.IsIdle(_idle, clock.GetUtcNow())) Stop(held, "idle");
            // Not given up with the request: the provider may have taken the old refresh token already.
            if (!held.IsOver && held.Tokens.AreDue(clock.GetUtcNow())) await Renew(held, CancellationToken.None);
        }
        finally
        {
            held.Turn.Release();
        }
        return held;
    }

    private void Stop(Held held, string reason)
    {
        held.IsOver = true;
        ended.End($"{held.Tokens.Session}", held.Tokens.End);
        var token = new JsonWebToken(held.Tokens.Access);
        if (token.Id is { Length: > 0 } id) ended.End(id, held.Tokens.Until);
        security.SignedOut(token.Subject, reason);
    }

    private async Task Renew(Held held, CancellationToken ct)
    {
        try
        {
            using var said = await Post(
                (await Known(ct)).TokenEndpoint, ct, ("grant_type", "refresh_token"), ("refresh_token", held.Tokens.Refresh));
            var answer = await said.Content.ReadFromJsonAsync<Answer>(ct);
            if (answer?.Error == "invalid_grant") held.IsOver = true;
            else if (new JsonWebTokenHandler().CanReadToken(answer?.Access))
                held.Tokens = held.Tokens.Renewed(answer!.Access!, answer.Refresh, clock.GetUtcNow());
            else throw new HttpRequestException($"The provider answered {(int)said.StatusCode} and no token: {answer?.Error}");
        }
        catch (Exception e) when (IsAway(e, ct))
        {
            LogAway(e);
            held.Tokens = held.Tokens.Later(clock.GetUtcNow());
        }
    }

    private OpenIdConnectOptions Provider => provider.Get(Session.Provider);

    private Task<OpenIdConnectConfiguration> Known(CancellationToken ct) => Provider.ConfigurationManager!.GetConfigurationAsync(ct);

    private Task<HttpResponseMessage> Post(string address, CancellationToken ct, params (string Name, string? Value)[] form)
    {
        (string Name, string? Value)[] whole =
        [
            .. form,
            ("client_id", Provider.ClientId),
            ("client_secret", Provider.ClientSecret),
            ("resource", Provider.Resource),
        ];
        return Provider.Backchannel.PostAsync(
            address,
            new FormUrlEncodedContent(whole.Where(f => !string.IsNullOrEmpty(f.Value)).Select(f => KeyValuePair.Create(f.Name, f.Value!))),
            ct);
    }

    private Held Hold(SessionTokens own)
    {
        if (_sessions.TryGetValue(own.Session, out var known)) return known;
        foreach (var (session, held) in _sessions) if (held.Tokens.End < clock.GetUtcNow()) _sessions.TryRemove(session, out _);
        return _sessions.GetOrAdd(own.Session, _ => new Held(own));
    }

    // InvalidOperationException: what it says of itself could not be read.
    private static bool IsAway(Exception e, CancellationToken ct) =>
        e is HttpRequestException or JsonException or InvalidOperationException
        || (e is TaskCanceledException && !ct.IsCancellationRequested);

    [LoggerMessage(LogLevel.Warning, "The provider did not renew a session, or not take back its refresh token")]
    private partial void LogAway(Exception e);

    private sealed class Held(SessionTokens tokens)
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);
        /// <summary>When the person last did something; set without a turn.</summary>
        private DateTimeOffset _used = tokens.Used;

        public SessionTokens Tokens { get => field with { Used = _used }; set; } = tokens;

        public void Use(DateTimeOffset at)
        {
            if (at > _used) _used = at;
        }

        /// <summary>Somebody signed out, or the provider wants no more of it.</summary>
        public bool IsOver { get; set; }
    }

    private sealed record Answer(
        [property: JsonPropertyName("access_token")] string? Access,
        [property: JsonPropertyName("refresh_token")] string? Refresh,
        string? Error);
}
