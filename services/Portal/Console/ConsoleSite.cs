using Microsoft.AspNetCore.DataProtection;

namespace Portal.Console;

/// <summary>The console of editors, moderators, operators and admins, at <c>/console</c>. Its pages are components with <c>@page</c>; readers' pages have none.</summary>
public static class ConsoleSite
{
    /// <summary><c>Console:KeysFolder</c>: where all replicas keep the keys that protect its cookies; without it each has its own, and a sign-in holds at one of them only.</summary>
    public static void AddConsole(this WebApplicationBuilder builder)
    {
        var protection = builder.Services.AddDataProtection().SetApplicationName("portal");
        if (builder.Configuration["Console:KeysFolder"] is { Length: > 0 } folder) protection.PersistKeysToFileSystem(new DirectoryInfo(folder));
    }

    /// <summary>Maps the components that have an address.</summary>
    public static void MapConsole(this WebApplication app) => app.MapRazorComponents<App>().WithStaticAssets();
}
