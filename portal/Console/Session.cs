using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Web;

namespace Portal.Console;

/// <summary>
/// The session of a signed-in person: an encrypted cookie below <c>/console</c> that holds the access token, for as long as the token is
/// valid or can be renewed (<see cref="Renewal"/>). The token is sent to the gateway, and each service checks it; the console decides only
/// what it displays. With <c>Auth:Authority</c> people sign in at that provider. Its settings are <c>Console:ClientId</c>,
/// <c>Console:ClientSecret</c>, <c>Console:Scope</c> and <c>Console:Resource</c> (default: <c>Auth:Audience</c>).
/// </summary>
public static class Session
{
    /// <summary>The scheme of the cookie, the scheme of the provider, and the policy that requires a session.</summary>
    public const string Scheme = "console", Provider = "provider", Policy = "console";

    internal static void AddSession(this WebApplicationBuilder builder)
    {
        var authentication = builder.Services.AddAuthentication().AddCookie(Scheme, o =>
        {
            o.Cookie.Name = "console";
            o.Cookie.Path = ConsoleSite.Root;
            o.Cookie.HttpOnly = true;
            // With Strict, a person who follows a link to a console page, or returns from the provider, would appear signed out.
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
            o.Events.OnValidatePrincipal = context =>
                context.HttpContext.RequestServices.GetRequiredService<Renewal>().ValidateCookie(context);
        });
        builder.Services.AddSingleton<Renewal>();
        builder.Services.AddAuthorizationBuilder().AddPolicy(Policy, p => p.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser());
        if (HasProvider(builder.Configuration)) authentication.AddOpenIdConnect(Provider, o => Configure(o, builder.Configuration));
    }

    /// <summary>Whether people sign in at an identity provider.</summary>
    public static bool HasProvider(IConfiguration configuration) =>
        configuration["Auth:Authority"] is { Length: > 0 } && configuration["Console:ClientId"] is { Length: > 0 };

    /// <summary>
    /// The principal and the cookie properties for these tokens. The cookie expires with the access token or, if the token can be renewed,
    /// at the end of the session.
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

    // Roles of other applications are left out: a provider may list enough of them for the cookie to exceed the server's
    // limit for headers.
    private static IEnumerable<string> KnownRoles(JsonWebToken token) =>
        Roles.All.Where(role => token.Claims.Any(c => c.Type == "role" && c.Value == role));

    /// <summary>The token of a one-time link, or null if the services would reject it.</summary>
    public static async Task<JsonWebToken?> Validate(string token, IOptionsMonitor<JwtBearerOptions> local, EndedTokens ended)
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
        // The response arrives as a GET redirect, so Lax is sufficient and also works without https.
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
            // The roles are read from the access token, as the services do. It need not be verified here, because it came directly from
            // the provider.
            if (context.TokenEndpointResponse is not { AccessToken: { } access } answer || !new JsonWebTokenHandler().CanReadToken(access))
            {
                context.Fail(
                    "The provider's access token is not a JWT, so the services cannot read it. Set Console:Resource or Console:Scope to a "
                    + "value for which the provider issues JWTs.");
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
                .LogWarning(context.Failure, "Signing in at the identity provider failed");
            SecurityLog.Of(context.HttpContext).SignInRefused("provider", context.Failure?.GetType().Name ?? "unknown");
            context.Response.Redirect($"{ConsoleSite.Root}/sign-in?failed=true");
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }
}
