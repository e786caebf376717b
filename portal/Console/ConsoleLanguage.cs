using System.Globalization;
using Microsoft.Net.Http.Headers;
using Portal.Reader;

namespace Portal.Console;

/// <summary>
/// The language of the console: the one chosen in the console, or that of the browser. It is not part of the address, so that a link works
/// for colleagues who use another language.
/// </summary>
public static class ConsoleLanguage
{
    private const string Cookie = "console-language";

    /// <summary>The language of the current page.</summary>
    public static string Current => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    /// <summary>The language of a request.</summary>
    public static string Of(HttpRequest request) =>
        request.Cookies[Cookie] is { } chosen && Languages.All.Contains(chosen)
            ? chosen
            : StartPage.Preferred(request.GetTypedHeaders().AcceptLanguage);

    /// <summary><c>GET language/{lang}?back=</c> stores the language in a cookie for a year and redirects back.</summary>
    internal static void Map(IEndpointRouteBuilder console) =>
        console.MapGet("/language/" + ReaderSite.Lang, (HttpContext http, string lang, string? back) =>
        {
            http.Response.Cookies.Append(
                Cookie,
                lang,
                new()
                {
                    Path = ConsoleSite.Root,
                    MaxAge = TimeSpan.FromDays(365),
                    HttpOnly = true,
                    SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
                    Secure = http.Request.IsHttps,
                    IsEssential = true,
                });
            http.Response.Headers[HeaderNames.CacheControl] = "no-store";
            return Results.LocalRedirect(Back(back));
        }).AllowAnonymous();

    /// <summary>Prevents open redirects: returns the address if it belongs to the console, or else the console's start page.</summary>
    internal static string Back(string? address) =>
        address is not null
        && address.StartsWith(ConsoleSite.Root, StringComparison.Ordinal)
        && (address.Length == ConsoleSite.Root.Length || address[ConsoleSite.Root.Length] is '/' or '?')
        && !address.Contains('\\', StringComparison.Ordinal)
            ? address
            : ConsoleSite.Root;
}
