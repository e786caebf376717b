using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Hosting;

/// <summary>Roles a token may carry in its claim <c>role</c>. None implies another; a token may carry several.</summary>
public static class Roles
{
    /// <summary>Writes articles, triages typo reports, answers messages.</summary>
    public const string Editor = "editor";
    /// <summary>Decides about comments and people.</summary>
    public const string Moderator = "moderator";
    /// <summary>Watches, scales, records rates by hand; may look at what admins do.</summary>
    public const string Operator = "operator";
    /// <summary>Replays events.</summary>
    public const string Admin = "admin";
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Editor, Moderator, Operator, Admin];
}

/// <summary>
/// Every process checks tokens itself. <c>Auth:Authority</c> names an OpenID Connect provider (with <c>Auth:Audience</c>);
/// where there is none, <c>Auth:PublicKeyFile</c> holds the RSA keys that check the tokens made on this machine (<see cref="LocalKeys"/>).
/// A token that was ended before its time is refused (<see cref="EndedTokens"/>).
/// </summary>
public static class SignIn
{
    /// <summary>Issuer and audience of tokens made on this machine.</summary>
    public const string LocalName = "platform";

    internal static void AddSignIn(this WebApplicationBuilder builder)
    {
        var auth = builder.Configuration.GetSection("Auth");
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(o =>
        {
            o.MapInboundClaims = false;
            o.Events = new JwtBearerEvents
            {
                OnTokenValidated = context =>
                {
                    var ended = context.HttpContext.RequestServices.GetRequiredService<EndedTokens>();
                    if (!ended.Has(context.SecurityToken.Id)) return Task.CompletedTask;
                    var revoked = new SecurityTokenException("The token was revoked.");
                    context.Fail(revoked);
                    SecurityLog.Of(context.HttpContext).TokenRefused(context.HttpContext, revoked);
                    return Task.CompletedTask;
                },
                OnForbidden = context =>
                {
                    SecurityLog.Of(context.HttpContext).RoleRefused(context.HttpContext);
                    return Task.CompletedTask;
                },
                OnAuthenticationFailed = context =>
                {
                    SecurityLog.Of(context.HttpContext).TokenRefused(context.HttpContext, context.Exception);
                    return Task.CompletedTask;
                },
            };
            o.TokenValidationParameters.NameClaimType = "sub";
            o.TokenValidationParameters.RoleClaimType = "role";
            o.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(30);
            if (auth["Authority"] is { Length: > 0 } authority)
            {
                o.Authority = authority;
                o.Audience = builder.Configuration.Required("Auth:Audience");
                // A token of a key not known yet has the keys fetched anew, but not more often: anybody can make one.
                o.RefreshInterval = TimeSpan.FromSeconds(30);
                o.RequireHttpsMetadata = !new Uri(authority).IsLoopback;
                o.TokenValidationParameters.ValidAlgorithms =
                [
                    SecurityAlgorithms.RsaSha256,
                    SecurityAlgorithms.EcdsaSha256,
                    SecurityAlgorithms.RsaSsaPssSha256,
                ];
            }
            else
            {
                o.TokenValidationParameters.ValidIssuer = LocalName;
                o.TokenValidationParameters.ValidAudience = LocalName;
                o.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256];
                var keys = new LocalKeys(builder.Configuration.Required("Auth:PublicKeyFile"), TimeProvider.System);
                keys.All(); // a wrong setting ends the start
                o.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, kid, _) => keys.For(kid);
            }
        });
        builder.Services.AddSingleton<EndedTokens>();
        // The keys of an hour ago would still be believed: one is taken back because it was stolen, too.
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, o =>
        {
            if (o.ConfigurationManager is BaseConfigurationManager keys) keys.UseLastKnownGoodConfiguration = false;
        });
        builder.Services.AddAuthorization(o =>
        {
            foreach (var role in Roles.All) o.AddPolicy(role, p => p.RequireRole(role));
            o.AddPolicy("look", p => p.RequireRole(Roles.Operator, Roles.Admin));
            // An endpoint that declares neither a role nor AllowAnonymous is refused. Requests that match none go on, to 404 or 405.
            o.FallbackPolicy = new AuthorizationPolicyBuilder()
                .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint).Build();
        });
    }

    /// <summary>Only a token with this role may call; the same name is the gateway's policy.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder endpoint, params string[] roles) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new AuthorizeAttribute { Roles = string.Join(',', roles) });
}
