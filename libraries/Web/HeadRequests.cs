using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Web;

/// <summary>
/// Answers HEAD wherever GET is supported, with the same status and headers. The request is routed and handled as a GET, and the server,
/// which remembers the original method, sends no body. A handler that must do less for HEAD checks <see cref="IsHead"/>. For both methods,
/// <c>If-Match</c> and <c>If-Unmodified-Since</c> are ignored: they protect writes, and only some endpoints would answer them with 412.
/// </summary>
public static class HeadRequests
{
    internal static void AddHeadRequests(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<IStartupFilter, BeforeRouting>();

    /// <summary>Whether the client sent HEAD, even if the request is handled as another method.</summary>
    public static bool IsHead(this HttpContext http) =>
        HttpMethods.IsHead(http.Request.Method) || http.Features.Get<HeadRequest>() is not null;

    private static async Task HandleAsGet(HttpContext http, RequestDelegate next)
    {
        http.Features.Set(HeadRequest.Instance);
        http.Request.Method = HttpMethods.Get;
        await next(http);
        var (response, isForwarded) = (http.Response, HttpMethods.IsHead(http.Request.Method));
        // For a GET without a body, the server sends Content-Length: 0; for a HEAD it sends nothing. A forwarded HEAD already has the
        // length from the service.
        if (!response.HasStarted && !isForwarded && response.StatusCode is not (204 or 205 or 304)) response.ContentLength ??= 0;
    }

    private sealed class HeadRequest
    {
        public static readonly HeadRequest Instance = new();
    }

    // WebApplication runs routing before the first middleware of the program; only a startup filter runs earlier.
    private sealed class BeforeRouting : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                var isHead = HttpMethods.IsHead(http.Request.Method);
                if (isHead || HttpMethods.IsGet(http.Request.Method))
                {
                    http.Request.Headers.IfMatch = default;
                    http.Request.Headers.IfUnmodifiedSince = default;
                }
                return isHead ? HandleAsGet(http, rest) : rest(http);
            });
            next(app);
        };
    }
}
