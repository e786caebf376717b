using Microsoft.Net.Http.Headers;

namespace Portal.Reader;

/// <summary>
/// <c>/</c> redirects to the front page in the visitor's preferred language, or in English if the site has none of their languages.
/// </summary>
public static class StartPage
{
    public static void Map(IEndpointRouteBuilder app) => app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], (HttpContext http) =>
    {
        http.Response.Headers.Vary = HeaderNames.AcceptLanguage;
        http.Response.Headers.CacheControl = "no-store";
        return Results.Redirect($"/{Preferred(http.Request.GetTypedHeaders().AcceptLanguage)}");
    });

    internal static string Preferred(IEnumerable<StringWithQualityHeaderValue> accepted) => accepted
        .Where(l => l.Quality != 0).OrderByDescending(l => l.Quality ?? 1)
        .Select(l => l.Value.ToString().Split('-')[0].ToLowerInvariant())
        .FirstOrDefault(Languages.All.Contains) ?? Languages.Default;
}
