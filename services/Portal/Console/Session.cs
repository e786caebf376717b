using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Hosting;

namespace Portal.Console;

/// <summary>
/// Who is signed in: a cookie below <c>/console</c> that holds the person's access token, encrypted, for as long as the token is valid or
/// may be renewed (<see cref="Renewal"/>). The token goes on to the gateway, where each service checks it; nothing here decides what
/// somebody may do, only what they are shown. With <c>Auth:Authority</c> people sign in there (<c>Console:ClientId</c>,
/// <c>Console:ClientSecret</c>, <c>Console:Scope</c>, <c>Console:Resource</c>, where not <c>Auth:Audience</c>).
/// </summary>
public static class Session
{
    /// <summary>The cookie's scheme, the provider's, and the policy of whoever has a session.</summary>
    public const string Scheme = "console", Provider = "provider", Policy = "console";

    internal static void AddSession(this WebApplicationBuilder builder)
    {
        var authentication = builder.Services.AddAuthentication().AddCookie(Scheme, o =>
        {
            o.Cookie.Name = "console";
            o.Cookie.Path = ConsoleSite.Root;
            o.Cookie.HttpOnly = true;
            // Strict would lose whoever follows a link to a page of the console, or comes back from the provider.
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.SlidingExpiration = false;
            o.LoginPath = "/sign-in";
            o.AccessDeniedPath = "/denied";
            o.ReturnUrlParameter = "back";
            o.Events.OnRedirectToAccessDenied = context =>
            {
                SecurityLog.Of(context.HttpContext).RoleRefused(context.HttpContext);
                context.Response.Redirect(context.RedirectUri);
                return Task.CompletedTask;
            };
            o.Events.OnValidatePrincipal = context => context.HttpContext.RequestServices.GetRequiredService<Renewal>().Follow(context);
        });
        builder.Services.AddSingleton<Renewal>();
        builder.Services.AddAuthorizationBuilder().AddPolicy(Policy, p => p.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser());
        if (HasProvider(builder.Configuration)) authentication.AddOpenIdConnect(Provider, o => Configure(o, builder.Configuration));
    }

    /// <summary>Whether people sign in elsewhere.</summary>
    public static bool HasProvider(IConfiguration configuration) =>
        configuration["Auth:Authority"] is { Length: > 0 } && configuration["Console:ClientId"] is { Length: > 0 };

    /// <summary>
    /// The person a token speaks of, for as long as it does; a token that may be renewed, for as long as a session lasts.
    /// </summary>
    public static (ClaimsPrincipal Person, AuthenticationProperties Properties) Of(SessionTokens tokens, string? name = null)
    {
        var token = new JsonWebToken(tokens.Access);
        Claim[] claims =
        [
            new("sub", token.Subject ?? ""),
            new("name", name ?? token.Subject ?? ""),
            .. tokens.Claims(),
            .. KnownRoles(token).Select(r => new Claim("role", r)),
        ];
        return (
            new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme, "name", "role")),
            new AuthenticationProperties { ExpiresUtc = tokens.Refresh is null ? token.ValidTo : tokens.End, AllowRefresh = false });
    }

    // Roles of other applications would only make the cookie larger, until the server refuses the request's headers.
    private static IEnumerable<string> KnownRoles(JsonWebToken token) =>
        Roles.All.Where(role => token.Claims.Any(c => c.Type == "role" && c.Value == role));

    /// <summary>The token of a one-time link, if it is one that the services would believe.</summary>
    public static async Task<JsonWebToken?> Checked(string token, IOptionsMonitor<JwtBearerOptions> local, EndedTokens ended)
    {
        var checkedToken = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(
            token, local.Get(JwtBearerDefaults.AuthenticationScheme).TokenValidationParameters);
        return checkedToken.IsValid && !ended.Has(checkedToken.SecurityToken.Id) ? (JsonWebToken)checkedToken.SecurityToken : null;
    }

    private static void Configure(OpenIdConnectOptions o, ConfigurationManager settings)
    {
        var authority = settings["Auth:Authority"]!;
        var resource = settings["Console:Resource"] is { Length: > 0 } named ? named : settings.Required("Auth:Audience");
        (o.SignInScheme, o.Authority, o.RequireHttpsMetadata) = (Scheme, authority, !new Uri(authority).IsLoopback);
        (o.ClientId, o.ClientSecret) = (settings["Console:ClientId"], settings["Console:ClientSecret"]);
        (o.ResponseType, o.ResponseMode, o.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query, true);
        (o.CallbackPath, o.MapInboundClaims, o.Resource, o.BackchannelTimeout) = ("/signed-in", false, resource, TimeSpan.FromSeconds(10));
        o.Scope.Clear();
        foreach (var scope in (settings["Console:Scope"] ?? "openid profile").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            o.Scope.Add(scope);
        // The answer comes by a redirect of the browser, so that Lax is enough, and without https too.
        (o.CorrelationCookie.SameSite, o.NonceCookie.SameSite) = (SameSiteMode.Lax, SameSiteMode.Lax);
        (o.CorrelationCookie.SecurePolicy, o.NonceCookie.SecurePolicy) = (
            CookieSecurePolicy.SameAsRequest, CookieSecurePolicy.SameAsRequest);
        o.Events.OnAuthorizationCodeReceived = context =>
        {
            context.TokenEndpointRequest!.Resource = resource;
            return Task.CompletedTask;
        };
        o.Events.OnTokenValidated = context =>
        {
            // The services believe the access token and read the roles there; it came straight from the provider, so nobody could work on
            // it.
            if (context.TokenEndpointResponse is not { AccessToken: { } access } answer || !new JsonWebTokenHandler().CanReadToken(access))
            {
                context.Fail(
                    "The provider's access token is no JWT: the services cannot read it. Console:Resource or Console:Scope must name an "
                    + "interface whose tokens are.");
                return Task.CompletedTask;
            }
            var now = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            var (back, name) = (
                context.Properties?.RedirectUri,
                context.Principal?.FindFirstValue("name") ?? context.Principal?.FindFirstValue("preferred_username"));
            (context.Principal, context.Properties) = Of(SessionTokens.Begin(access, answer.RefreshToken, now), name);
            var roles = context.Principal.FindAll("role").Select(r => r.Value);
            SecurityLog.Of(context.HttpContext).SignedIn(context.Principal.FindFirstValue("sub"), "provider", roles);
            context.Properties.RedirectUri = back;
            return Task.CompletedTask;
        };
        o.Events.OnRemoteFailure = context =>
        {
            context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>()
                .CreateLogger("Portal.Console.Session")
                .LogWarning(context.Failure, "Signing in at the provider failed");
            SecurityLog.Of(context.HttpContext).SignInRefused("provider", context.Failure?.GetType().Name ?? "unknown");
            context.Response.Redirect($"{ConsoleSite.Root}/sign-in?failed=true");
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }
}
