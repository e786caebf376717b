using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Portal.Reader;

/// <summary>The data that every page needs for its header and footer: language, address, sections and missing parts.</summary>
public sealed record Frame(
    string Lang,
    string Path,
    string Query,
    IReadOnlyList<SectionItem> Sections,
    PageDependencies Dependencies)
{
    /// <summary>The page's addresses in other languages, if they differ in more than the first segment.</summary>
    public IReadOnlyDictionary<string, string> Alternates { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The time zone of the site. Dates and times are shown in it to all readers, because cached pages are the same for all of them.
    /// </summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The time at which the page is rendered; null if the page is the same at any time.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>The date of a point in time in the site's time zone.</summary>
    public string Day(DateTimeOffset moment) => Format.Day(moment, Zone);

    /// <summary>An address in the page's language.</summary>
    public string To(string rest = "") => Url.To(Lang, rest);

    /// <summary>The address of an article page.</summary>
    public string Article(string slug, string rest = "") => To($"articles/{slug}{rest}");

    /// <summary>The address of this page in another language.</summary>
    public string In(string lang) => Alternates.ContainsKey(lang) ? PathIn(lang) : PathIn(lang) + Query;

    /// <summary>The address of this page in another language, without the query.</summary>
    public string PathIn(string lang) => Alternates.GetValueOrDefault(lang) ?? $"/{lang}{Path[(Lang.Length + 1)..]}";

    /// <summary>The name of a section, or its key if it has no name in this language.</summary>
    public string NameOf(string section) => Sections.FirstOrDefault(s => s.Key == section)?.Names.GetValueOrDefault(Lang) ?? section;

    /// <summary>The number of a section in the order of the sections, which determines its colour.</summary>
    public int ColourOf(string section) =>
        Sections.Select((s, i) => (s.Key, Place: i)).FirstOrDefault(s => s.Key == section).Place % Colours;

    /// <summary>The number of colours in the style sheet.</summary>
    private const int Colours = 4;

    public static async Task<Frame> Load(HttpContext http, string lang, Backends backends, CancellationToken ct)
    {
        var sections = await backends.Read<Listed<SectionItem>>(Part.Sections, "/api/sections", ct);
        // A rejected form is shown at an address that only accepts POST, so the language links lead to the front page instead.
        var path =
            HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? http.Request.Path.Value! : $"/{lang}";
        return new(
            lang,
            path.TrimEnd('/'),
            http.Request.QueryString.Value ?? "",
            sections.Value?.Items ?? [],
            http.RequestServices.GetRequiredService<PageDependencies>())
        {
            Zone = http.RequestServices.GetRequiredService<TimeZoneInfo>(),
            Now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
        };
    }
}

/// <summary>The parts of pages that may be missing. The text <c>Missing.{part}</c> tells the reader.</summary>
public static class Part
{
    public const string
        Sections = "Sections",
        News = "News",
        Featured = "Featured",
        Discussed = "Discussed",
        MostRead = "MostRead",
        Rates = "Rates",
        Chart = "Chart",
        Converter = "Converter",
        States = "States",
        Links = "Links",
        Article = "Article",
        Head = "Head",
        Comments = "Comments",
        Archive = "Archive",
        Facets = "Facets",
        Feedback = "Feedback";
}

/// <summary>Renders reader pages.</summary>
public static class Pages
{
    /// <summary>Renders a page. The gateway may cache it if its status is 200 and no part is missing.</summary>
    public static RazorComponentResult Show<TPage>(this HttpContext http, Frame frame, object? parameters = null, int status = 200)
    {
        if (status == 200) frame.Dependencies.SetCacheHeaders(http.Response);
        else http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentLanguage = frame.Lang;
        var all = new RouteValueDictionary(parameters) { ["Frame"] = frame };
        return new RazorComponentResult(typeof(TPage), all) { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>Renders an error page if the request for the main part of a page failed.</summary>
    public static RazorComponentResult ShowError(
        this HttpContext http, Frame frame, HttpStatusCode status, Listed<ArticleItem>? latest = null)
    {
        if ((int)status >= 500) http.Response.Headers.RetryAfter = "10";
        var shown = status switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.InternalServerError => (int)status,
            >= HttpStatusCode.InternalServerError => 503,
            HttpStatusCode.TooManyRequests => 429,
            _ => 404,
        };
        return http.Show<ErrorPage>(frame, new { Status = shown, Latest = latest }, shown);
    }
}
