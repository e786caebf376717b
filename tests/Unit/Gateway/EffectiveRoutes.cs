using Gateway;
using Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Web;
using Yarp.ReverseProxy;

namespace Unit.Gateway;

/// <summary>The routes and clusters as the gateway uses them, with what it derives from its settings.</summary>
internal static class EffectiveRoutes
{
    /// <summary>Loads them without starting a gateway.</summary>
    public static IProxyStateLookup Load(params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = Repository.Path("gateway"),
            Args = [$"Auth:PublicKeyFile={Tokens.PublicKeyFile}", .. settings],
        });
        builder.Logging.ClearProviders();
        builder.AddEdge("gateway");
        builder.AddRoutes();
        var app = builder.Build();
        app.MapReverseProxy();
        return app.Services.GetRequiredService<IProxyStateLookup>();
    }
}
