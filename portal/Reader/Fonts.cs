namespace Portal.Reader;

/// <summary>
/// The font of the headlines. Its files are named in the style sheet, which cannot contain fingerprinted addresses, so their names contain
/// the version of the font, and browsers cache them permanently (docs/decisions/0155).
/// </summary>
public static class Fonts
{
    /// <summary>The folder of the font files.</summary>
    public const string Folder = "/site/fonts";

    private const string Latin = $"{Folder}/source-serif-4-5.3.1-latin.woff2", Cyrillic = $"{Folder}/source-serif-4-5.3.1-cyrillic.woff2";

    /// <summary>The files that every page of a language needs. Chinese headlines are in a font of the reader's system.</summary>
    public static IReadOnlyList<string> Of(string lang) => lang switch { "zh" => [], "ru" => [Cyrillic, Latin], _ => [Latin] };

    /// <summary>Allows browsers to cache the font files permanently.</summary>
    public static void UseFonts(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request.Path.StartsWithSegments(Folder, StringComparison.Ordinal))
            http.Response.OnStarting(static state =>
            {
                var response = (HttpResponse)state;
                if (response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified)
                    response.Headers.CacheControl = "max-age=31536000, immutable";
                return Task.CompletedTask;
            }, http.Response);
        return next(http);
    });
}
