using System.Globalization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using MudBlazor.Services;
using Portal.Reader;

namespace Portal.Console;

/// <summary>
/// The console of editors, moderators, operators and admins, at <c>/console</c>: a branch of its own, so that its cookies, its connection
/// and its files stay below that address and readers' pages know nothing of them. Its pages are components with <c>@page</c>, interactive,
/// drawn here; readers' pages have neither.
/// </summary>
public static class ConsoleSite
{
    /// <summary>Where it is.</summary>
    public const string Root = "/console";

    /// <summary>
    /// <c>Console:KeysFolder</c>: where all replicas keep the keys that protect its cookies; without it each has its own, and a sign-in
    /// holds at one of them only.
    /// </summary>
    public static void AddConsole(this WebApplicationBuilder builder)
    {
        var protection = builder.Services.AddDataProtection().SetApplicationName("portal");
        if (builder.Configuration["Console:KeysFolder"] is { Length: > 0 } folder)
            protection.PersistKeysToFileSystem(new DirectoryInfo(folder));
        builder.Services.AddRazorComponents().AddInteractiveServerComponents()
            // An article's text comes over the connection whole, at its longest.
            .AddHubOptions(o => o.MaximumReceiveMessageSize = 1 << 20);
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddMudServices();
        builder.Services.AddScoped<CircuitHandler, PersonsActivity>();
        builder.Services.AddScoped<Desk>().AddScoped<Machine.Services>().AddSingleton<OneTimeLinks>();
        builder.AddSession();
    }

    /// <summary>Everything below <c>/console</c>.</summary>
    public static void UseConsole(this WebApplication app) => ((IApplicationBuilder)app).Map(Root, console =>
    {
        // Whoever can reach this process is the gateway: it says under which name and scheme it was called.
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
