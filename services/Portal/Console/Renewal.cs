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

namespace Portal.Console;

/// <summary>
/// Renews sessions for which the provider gave a refresh token: where a token is used, in the second half of its life, by one at a time. What is newest is known here by the session's name: to
/// pages that go on over their connection, and to requests whose cookie is older. The gateway keeps a person at one replica; another goes on from the cookie.
/// </summary>
public sealed partial class Renewal(IOptionsMonitor<OpenIdConnectOptions> provider, TimeProvider clock, ILogger<Renewal> log)
{
    private readonly ConcurrentDictionary<Guid, Held> _sessions = new();

    /// <summary>The tokens to use for that person now. They may have ended all the same; whoever checks them says so.</summary>
    public async Task<SessionTokens> Newest(ClaimsPrincipal person, CancellationToken ct) => (await Current(SessionTokens.Of(person), ct)).Tokens;

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
        else if (held.Tokens.Access != own.Access)
        {
            var (person, properties) = Session.Of(held.Tokens, request.Principal!.Identity!.Name);
            request.ReplacePrincipal(person);
            await request.HttpContext.SignInAsync(Session.Scheme, person, properties);
        }
    }

    /// <summary>Nobody goes on with it: the provider takes its refresh token back, where it can.</summary>
    public async Task End(ClaimsPrincipal person, CancellationToken ct)
    {
        if (SessionTokens.Of(person) is not { Refresh: not null } own) return;
        var held = Hold(own);
        await held.Turn.WaitAsync(ct);
        try
        {
            held.IsOver = true;
            if ((await Known(ct)).RevocationEndpoint is { Length: > 0 } address) (await Post(address, ct, ("token", held.Tokens.Refresh), ("token_type_hint", "refresh_token"))).Dispose();
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
        if (own.Refresh is null) return new Held(own);
        var held = Hold(own);
        await held.Turn.WaitAsync(ct);
        try
        {
            if (own.Until > held.Tokens.Until) held.Tokens = own; // renewed at another replica
            // Not given up with the request: the provider may have taken the old refresh token already.
            if (!held.IsOver && held.Tokens.AreDue(clock.GetUtcNow())) await Renew(held, CancellationToken.None);
        }
        finally
        {
            held.Turn.Release();
        }
        return held;
    }

    private async Task Renew(Held held, CancellationToken ct)
    {
        try
        {
            using var said = await Post((await Known(ct)).TokenEndpoint, ct, ("grant_type", "refresh_token"), ("refresh_token", held.Tokens.Refresh));
            var answer = await said.Content.ReadFromJsonAsync<Answer>(ct);
            if (answer?.Error == "invalid_grant") held.IsOver = true;
            else if (new JsonWebTokenHandler().CanReadToken(answer?.Access)) held.Tokens = held.Tokens.Renewed(answer!.Access!, answer.Refresh, clock.GetUtcNow());
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
        (string Name, string? Value)[] whole = [.. form, ("client_id", Provider.ClientId), ("client_secret", Provider.ClientSecret), ("resource", Provider.Resource)];
        return Provider.Backchannel.PostAsync(address, new FormUrlEncodedContent(whole.Where(f => !string.IsNullOrEmpty(f.Value)).Select(f => KeyValuePair.Create(f.Name, f.Value!))), ct);
    }

    private Held Hold(SessionTokens own)
    {
        if (_sessions.TryGetValue(own.Session, out var known)) return known;
        foreach (var (session, held) in _sessions) if (held.Tokens.End < clock.GetUtcNow()) _sessions.TryRemove(session, out _);
        return _sessions.GetOrAdd(own.Session, _ => new Held(own));
    }

    // InvalidOperationException: what it says of itself could not be read.
    private static bool IsAway(Exception e, CancellationToken ct) => e is HttpRequestException or JsonException or InvalidOperationException || (e is TaskCanceledException && !ct.IsCancellationRequested);

    [LoggerMessage(LogLevel.Warning, "The provider did not renew a session, or not take back its refresh token")]
    private partial void LogAway(Exception e);

    private sealed class Held(SessionTokens tokens)
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);
        public SessionTokens Tokens { get; set; } = tokens;
        /// <summary>Somebody signed out, or the provider wants no more of it.</summary>
        public bool IsOver { get; set; }
    }

    private sealed record Answer([property: JsonPropertyName("access_token")] string? Access, [property: JsonPropertyName("refresh_token")] string? Refresh, string? Error);
}
