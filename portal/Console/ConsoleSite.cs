using System.Globalization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using MudBlazor.Services;
using Portal.Reader;

namespace Portal.Console;

/// <summary>
/// The console for editors, moderators, operators and admins at <c>/console</c>. It is a separate branch of the request pipeline, so that
/// its cookies, its connection and its files exist only below that address and do not affect reader pages. Its pages are interactive
/// server components with <c>@page</c>.
/// </summary>
public static class ConsoleSite
{
    public const string Root = "/console";

    /// <summary>
    /// Registers the console. <c>Console:KeysFolder</c> is the folder in which all replicas store the keys that protect the cookies.
    /// Without it each replica has its own keys, and a session is valid only at the replica that created it.
    /// </summary>
    public static void AddConsole(this WebApplicationBuilder builder)
    {
        var protection = builder.Services.AddDataProtection().SetApplicationName("portal");
        if (builder.Configuration["Console:KeysFolder"] is { Length: > 0 } folder)
            protection.PersistKeysToFileSystem(new DirectoryInfo(folder));
        builder.Services.AddRazorComponents().AddInteractiveServerComponents()
            // The text of an article is sent over the connection in one message, which must hold the longest text allowed.
            .AddHubOptions(o => o.MaximumReceiveMessageSize = 1 << 20);
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddMudServices();
        builder.Services.AddScoped<CircuitHandler, UserActivity>();
        builder.Services.AddScoped<Desk>().AddScoped<Machine.Services>().AddSingleton<OneTimeLinks>();
        builder.AddSession();
    }

    /// <summary>Maps everything below <c>/console</c>.</summary>
    public static void UseConsole(this WebApplication app) => ((IApplicationBuilder)app).Map(Root, console =>
    {
        // Only the gateway can reach this process, so its forwarded host name and scheme can be trusted.
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        console.UseForwardedHeaders(forwarded);
        console.Use((http, next) =>
        {
            var lang = ConsoleLanguage.Of(http.Request);
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (ReaderSite.Culture(lang), ReaderSite.Culture(lang));
            return next(http);
        });
        console.UseRouting();
        console.UseAuthentication();
        console.UseAuthorization();
        console.UseAntiforgery();
        console.UseEndpoints(endpoints =>
        {
            endpoints.MapStaticAssets().AllowAnonymous();
            SignInPages.Map(endpoints);
            ConsoleLanguage.Map(endpoints);
            endpoints.MapRazorComponents<App>().AddInteractiveServerRenderMode().WithStaticAssets().RequireAuthorization(Session.Policy);
        });
    });
}
