using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Platform.Web;
using Portal.Reader;

namespace Portal.Console;

/// <summary>
/// Signing in and out. <c>GET sign-in</c> explains how to sign in, and <c>GET sign-in/provider</c> redirects to the provider. A one-time
/// link is <c>sign-in#code</c>: browsers do not send the part after #, so the code appears in no log of a server or proxy. A script puts it
/// into the form <c>POST sign-in</c>. Only the button of that form signs in, because browsers and chat programs open links by themselves.
/// <c>sign-in/{code}</c> is the older form of the link. <c>POST sign-out</c> ends the session. Open pages send <c>GET session</c> to keep
/// the cookie up to date.
/// </summary>
public static class SignInPages
{
    internal static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/sign-in", (
            HttpContext http,
            IConfiguration settings,
            string? back,
            bool? failed,
            bool? left) =>
            Page(http, new
            {
                Provider = Session.HasProvider(settings),
                Unregistered = UsesProviderTokens(settings),
                Back = ConsoleLanguage.Back(back),
                Failed = failed ?? false,
                Left = left ?? false,
            })).AllowAnonymous();
        console.MapGet("/sign-in/{code}", (HttpContext http, string code) => Page(http, new { Code = code })).AllowAnonymous();
        console.MapPost("/sign-in", async (
            HttpContext http,
            OneTimeLinks links,
            IConfiguration settings,
            IOptionsMonitor<JwtBearerOptions> local,
            EndedTokens ended,
            TimeProvider clock) =>
        {
            var code = http.Request.HasFormContentType ? (await http.Request.ReadFormAsync())["code"].ToString() : "";
            return await Redeem(http, code, links, settings, local, ended, clock);
        }).AllowAnonymous().FromThisSite().DisableAntiforgery();
        console.MapPost("/sign-in/{code}", Redeem).AllowAnonymous().FromThisSite().DisableAntiforgery();
        console.MapGet("/sign-in/provider", (IConfiguration settings, string? back) => Session.HasProvider(settings)
            ? Results.Challenge(new AuthenticationProperties { RedirectUri = ConsoleLanguage.Back(back) }, [Session.Provider])
            : Results.LocalRedirect($"{ConsoleSite.Root}/sign-in")).AllowAnonymous();
        console.MapGet("/session", (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return Results.NoContent();
        }).RequireAuthorization(Session.Policy);
        console.MapPost("/sign-out", async (HttpContext http, Renewal renewal) =>
        {
            if ((await http.AuthenticateAsync(Session.Scheme)).Principal is { } person) await renewal.End(person, http.RequestAborted);
            await http.SignOutAsync(Session.Scheme);
            return Results.LocalRedirect($"{ConsoleSite.Root}/sign-in?left=true");
        }).AllowAnonymous().FromThisSite().DisableAntiforgery();
    }

    private static async Task<IResult> Redeem(
        HttpContext http,
        string code,
        OneTimeLinks links,
        IConfiguration settings,
        IOptionsMonitor<JwtBearerOptions> local,
        EndedTokens ended,
        TimeProvider clock)
    {
        const string method = "one-time link";
        if (UsesProviderTokens(settings)
            || links.Claim(code) is not { } token
            || await Session.Validate(token, local, ended) is not { } valid)
        {
            SecurityLog.Of(http).SignInRefused(method, "the link is unknown, used or expired");
            return Page(http, new { Refused = true }, StatusCodes.Status410Gone);
        }
        var (person, properties) = Session.Of(SessionTokens.Begin(valid.EncodedToken, null, clock.GetUtcNow()));
        await http.SignInAsync(Session.Scheme, person, properties);
        SecurityLog.Of(http).SignedIn(valid.Subject, method, person.FindAll("role").Select(r => r.Value));
        return Results.LocalRedirect(ConsoleSite.Root);
    }

    /// <summary>If tokens come from a provider, the services reject tokens that were signed on this machine.</summary>
    private static bool UsesProviderTokens(IConfiguration settings) => settings["Auth:Authority"] is { Length: > 0 };

    private static RazorComponentResult Page(HttpContext http, object parameters, int status = 200)
    {
        http.Response.Headers.CacheControl = "no-store";
        // The address of this page may contain the code, so it must not be sent as a referrer.
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return new RazorComponentResult(typeof(SignInPage), parameters) { StatusCode = status, PreventStreamingRendering = true };
    }
}
