using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Hosting;

/// <summary>
/// HEAD is answered wherever GET is, with the same status and headers: the request is routed and handled as a GET, and the server, which
/// remembers the method, sends no body. A handler that must do less for HEAD asks <see cref="IsHead"/>. Both ignore <c>If-Match</c> and
/// <c>If-Unmodified-Since</c>, which protect writes: otherwise some reads would be answered with 412 and others not.
/// </summary>
public static class HeadRequests
{
    internal static void AddHeadRequests(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<IStartupFilter, BeforeRouting>();

    /// <summary>Whether the client asked by HEAD, whatever method the request is handled as.</summary>
    public static bool IsHead(this HttpContext http) =>
        HttpMethods.IsHead(http.Request.Method) || http.Features.Get<AskedByHead>() is not null;

    private static async Task HandleAsGet(HttpContext http, RequestDelegate next)
    {
        http.Features.Set(AskedByHead.Instance);
        http.Request.Method = HttpMethods.Get;
        await next(http);
        var (response, isForwarded) = (http.Response, HttpMethods.IsHead(http.Request.Method));
        // The server says of a GET without a body that it is empty, but of no HEAD. What was forwarded as HEAD says itself how long it is.
        if (!response.HasStarted && !isForwarded && response.StatusCode is not (204 or 205 or 304)) response.ContentLength ??= 0;
    }

    private sealed class AskedByHead
    {
        public static readonly AskedByHead Instance = new();
    }

    // WebApplication routes before the first middleware of the program; only a startup filter comes before that.
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
