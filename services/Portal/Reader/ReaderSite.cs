using System.Globalization;

namespace Portal.Reader;

/// <summary>The site for readers: pages at <c>/{lang}/...</c>, rendered here, whole without scripts.</summary>
public static class ReaderSite
{
    /// <summary>Languages of the site, in the order in which one stands in for another.</summary>
    public static readonly IReadOnlyList<string> Languages = ["en", "ru", "zh"];

    /// <summary>Constraint of the first segment of every page's address.</summary>
    public const string Lang = "{lang:regex(^(en|ru|zh)$)}";

    /// <summary>Static rendering and the texts.</summary>
    public static void AddReader(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        builder.Services.AddLocalization();
    }

    /// <summary>The address names the language of a page, and with it how numbers and dates are written.</summary>
    public static void UseReader(this WebApplication app) => app.Use((http, next) =>
    {
        if (LanguageOf(http.Request.Path) is { } lang) (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (Culture(lang), Culture(lang));
        return next(http);
    });

    /// <summary>The language an address is in, or null where it is in none.</summary>
    public static string? LanguageOf(PathString path) => Languages.FirstOrDefault(l => path.StartsWithSegments($"/{l}", StringComparison.Ordinal));

    /// <summary>How people who read that language write.</summary>
    public static CultureInfo Culture(string lang) => CultureInfo.GetCultureInfo(lang switch { "ru" => "ru-RU", "zh" => "zh-CN", _ => "en-GB" });
}
