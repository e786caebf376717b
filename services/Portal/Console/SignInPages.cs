using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Platform.Hosting;
using Portal.Reader;

namespace Portal.Console;

/// <summary>
/// The way in and out. <c>GET sign-in</c> says how, <c>GET sign-in/provider</c> leads to the provider. A one-time link is
/// <c>sign-in#code</c>: what stands behind the # is not sent, so that no server and no proxy has the code in a log; a script puts it into
/// the form <c>POST sign-in</c>, whose button is what signs in, for browsers and chats look at links by themselves. <c>sign-in/{code}</c>
/// is its older form. <c>POST sign-out</c> ends the session in this browser. <c>GET session</c>, which open pages send, keeps its cookie up
/// to date.
/// </summary>
public static class SignInPages
{
    internal static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/sign-in", (HttpContext http, IConfiguration settings, string? back, bool? failed, bool? left) =>
            Page(http, new
            {
                Provider = Session.HasProvider(settings),
                Foreign = IsForeign(settings),
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
        const string way = "one-time link";
        if (IsForeign(settings) || links.Claim(code) is not { } token || await Session.Checked(token, local, ended) is not { } believed)
        {
            SecurityLog.Of(http).SignInRefused(way, "the link is unknown, used or too old");
            return Page(http, new { Refused = true }, StatusCodes.Status410Gone);
        }
        var (person, properties) = Session.Of(SessionTokens.Begin(believed.EncodedToken, null, clock.GetUtcNow()));
        await http.SignInAsync(Session.Scheme, person, properties);
        SecurityLog.Of(http).SignedIn(believed.Subject, way, person.FindAll("role").Select(r => r.Value));
        return Results.LocalRedirect(ConsoleSite.Root);
    }

    /// <summary>Where tokens come from a provider, nobody believes one made on this machine.</summary>
    private static bool IsForeign(IConfiguration settings) => settings["Auth:Authority"] is { Length: > 0 };

    private static RazorComponentResult Page(HttpContext http, object parameters, int status = 200)
    {
        http.Response.Headers.CacheControl = "no-store";
        // The code must not leave in the address of the page before.
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return new RazorComponentResult(typeof(SignInPage), parameters) { StatusCode = status, PreventStreamingRendering = true };
    }
}
