using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Portal.Reader;

/// <summary>The site for readers: pages at <c>/{lang}/...</c>, rendered here, whole without scripts.</summary>
public static class ReaderSite
{
    /// <summary>Languages of the site, in the order in which one stands in for another.</summary>
    public static readonly IReadOnlyList<string> Languages = ["en", "ru", "zh"];

    /// <summary>Constraint of the first segment of every page's address.</summary>
    public const string Lang = "{lang:regex(^(en|ru|zh)$)}";

    /// <summary>Where the organisation's secretariat sits.</summary>
    public const string UsualZone = "Asia/Shanghai";

    /// <summary>
    /// Static rendering and the texts. <c>Portal:TimeZone</c>: in which days and times are given to readers (<see cref="UsualZone"/>).
    /// </summary>
    public static void AddReader(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        builder.Services.AddLocalization();
        builder.Services.AddSingleton<Files>();
        builder.Services.AddSingleton(ZoneOf(builder.Configuration["Portal:TimeZone"]));
        // Cyrillic and Chinese as they are: as character references they would be three times as long.
        builder.Services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
    }

    internal static TimeZoneInfo ZoneOf(string? name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name is { Length: > 0 } ? name : UsualZone, out var zone)
        ? zone
        : throw new InvalidOperationException($"Portal:TimeZone: \"{name}\" is not the name of a time zone, such as {UsualZone}.");

    /// <summary>The address names the language of a page, and with it how numbers and dates are written.</summary>
    public static void UseReader(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Portal.Reader");
        app.Use((http, next) =>
        {
            if (LanguageOf(http.Request.Path) is not { } lang) return next(http);
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (Culture(lang), Culture(lang));
            return Trouble.Catch(http, next, lang, log);
        });
    }

    /// <summary>The language an address is in, or null where it is in none.</summary>
    public static string? LanguageOf(PathString path) =>
        Languages.FirstOrDefault(l => path.StartsWithSegments($"/{l}", StringComparison.Ordinal));

    /// <summary>How people who read that language write.</summary>
    public static CultureInfo Culture(string lang) =>
        CultureInfo.GetCultureInfo(lang switch { "ru" => "ru-RU", "zh" => "zh-CN", _ => "en-GB" });

    /// <summary>What a language is called by those who speak it.</summary>
    public static string NameOf(string lang) => lang switch { "ru" => "Русский", "zh" => "中文", _ => "English" };
}
