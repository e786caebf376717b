using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Platform.Web;

namespace Portal.Reader;

/// <summary>The reader pages at <c>/{lang}/...</c>. They are rendered on the server and complete without scripts.</summary>
public static class ReaderSite
{
    /// <summary>The route pattern of the first segment of every page address.</summary>
    public const string Lang = "{lang:regex(^(" + Languages.Pattern + ")$)}";

    /// <summary>The time zone of the organisation's secretariat in Beijing.</summary>
    public const string DefaultZone = "Asia/Shanghai";

    /// <summary>
    /// Registers static rendering and the texts. <c>Portal:TimeZone</c> is the time zone in which readers see dates and times (default:
    /// <see cref="DefaultZone"/>).
    /// </summary>
    public static void AddReader(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        builder.Services.AddLocalization();
        builder.Services.AddSingleton<Files>().AddSingleton<PublicSite>();
        builder.Services.AddSingleton(ZoneOf(builder.Configuration["Portal:TimeZone"]));
        // Without this encoder Cyrillic and Chinese letters are written as character references, which are three times as long.
        builder.Services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
    }

    internal static TimeZoneInfo ZoneOf(string? name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name is { Length: > 0 } ? name : DefaultZone, out var zone)
        ? zone
        : throw new InvalidOperationException(
            $"Portal:TimeZone: \"{name}\" is not a known time zone. Use an IANA name such as {DefaultZone}.");

    /// <summary>Sets the culture from the address, which also determines the format of numbers and dates.</summary>
    public static void UseReader(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Portal.Reader");
        app.Use((http, next) =>
        {
            if (LanguageOf(http.Request.Path) is not { } lang) return next(http);
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (Culture(lang), Culture(lang));
            return ErrorPages.Catch(http, next, lang, log);
        });
    }

    /// <summary>The language of an address, or null if the address names none.</summary>
    public static string? LanguageOf(PathString path) =>
        Languages.All.FirstOrDefault(l => path.StartsWithSegments($"/{l}", StringComparison.Ordinal));

    /// <summary>The culture for the format of numbers and dates.</summary>
    public static CultureInfo Culture(string lang) =>
        CultureInfo.GetCultureInfo(lang switch { "ru" => "ru-RU", "zh" => "zh-CN", _ => "en-GB" });
}
