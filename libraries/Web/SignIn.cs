using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Web;

/// <summary>The roles that a token may have in its claim <c>role</c>. No role implies another; a token may have several.</summary>
public static class Roles
{
    /// <summary>Writes drafts of their own and those assigned to them, and submits them for review. Publishes nothing.</summary>
    public const string Author = "author";
    /// <summary>Writes and publishes all articles, processes typo reports, answers messages.</summary>
    public const string Editor = "editor";
    /// <summary>Reviews, assigns and publishes articles without writing them, and decides which sections require two persons.</summary>
    public const string Publisher = "publisher";
    /// <summary>Decides on comments and bans.</summary>
    public const string Moderator = "moderator";
    /// <summary>Monitors and scales the platform, records rates by hand, and may view what admins do.</summary>
    public const string Operator = "operator";
    /// <summary>Replays events and handles failed messages.</summary>
    public const string Admin = "admin";
    /// <summary>All roles.</summary>
    public static readonly IReadOnlyList<string> All = [Author, Editor, Publisher, Moderator, Operator, Admin];
    /// <summary>The roles that read and discuss drafts, those that write them, and those that publish them.</summary>
    public static readonly string[] Newsroom = [Author, Editor, Publisher], Writers = [Author, Editor], Publishing = [Editor, Publisher];
}

/// <summary>
/// Validates tokens in every process. <c>Auth:Authority</c> is the address of an OpenID Connect provider (with <c>Auth:Audience</c>).
/// Without it, <c>Auth:PublicKeyFile</c> contains the RSA keys that validate tokens issued on this machine (<see cref="LocalKeys"/>). A
/// token that was revoked before it expired is refused (<see cref="EndedTokens"/>).
/// </summary>
public static class SignIn
{
    /// <summary>Issuer and audience of tokens that are issued on this machine.</summary>
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
                // A token with an unknown key makes the keys be fetched again, but at most this often, because anyone can send such a
                // token.
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
                keys.All(); // an invalid setting must fail at startup
                o.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, kid, _) => keys.For(kid);
            }
        });
        builder.Services.AddSingleton<EndedTokens>();
        // Otherwise keys that the provider removed an hour ago would still be accepted, even if one was removed because it was stolen.
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, o =>
        {
            if (o.ConfigurationManager is BaseConfigurationManager keys) keys.UseLastKnownGoodConfiguration = false;
        });
        builder.Services.AddAuthorization(o =>
        {
            foreach (var role in Roles.All) o.AddPolicy(role, p => p.RequireRole(role));
            (string Name, string[] Any)[] groups = [("viewer", [Roles.Operator, Roles.Admin]), ("newsroom", Roles.Newsroom),
                ("writers", Roles.Writers), ("publishing", Roles.Publishing)];
            foreach (var (name, any) in groups) o.AddPolicy(name, p => p.RequireRole(any));
            // An endpoint that declares neither a role nor AllowAnonymous refuses every request. A request that matches no endpoint
            // continues to a 404 or 405.
            o.FallbackPolicy = new AuthorizationPolicyBuilder()
                .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint).Build();
        });
    }

    /// <summary>Requires a token with one of these roles. The gateway has a policy of the same name for each role.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder endpoint, params string[] roles) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new AuthorizeAttribute { Roles = string.Join(',', roles) });
}
