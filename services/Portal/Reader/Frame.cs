using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Portal.Reader;

/// <summary>What stands around every page: its language and address, the sections, and what is missing.</summary>
public sealed record Frame(string Lang, string Path, string Query, IReadOnlyList<SectionItem> Sections, Ingredients Ingredients)
{
    /// <summary>The page's addresses in other languages, where they are more than another first segment.</summary>
    public IReadOnlyDictionary<string, string> Alternates { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The site's time zone: in which days and times are given to all readers alike, since pages are kept for all of them.
    /// </summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The day of a moment on this site.</summary>
    public string Day(DateTimeOffset moment) => Written.Day(moment, Zone);

    /// <summary>An address of this site in the page's language.</summary>
    public string To(string rest = "") => Url.To(Lang, rest);

    /// <summary>An article's page.</summary>
    public string Article(string slug, string rest = "") => To($"articles/{slug}{rest}");

    /// <summary>This page in another language.</summary>
    public string In(string lang) => Alternates.GetValueOrDefault(lang) ?? $"/{lang}{Path[(Lang.Length + 1)..]}{Query}";

    /// <summary>A section's name, or its key where it has none.</summary>
    public string NameOf(string section) => Sections.FirstOrDefault(s => s.Key == section)?.Names.GetValueOrDefault(Lang) ?? section;

    public static async Task<Frame> Load(HttpContext http, string lang, Backends backends, CancellationToken ct)
    {
        var sections = await backends.Read<Listed<SectionItem>>(Part.Sections, "/api/sections", ct);
        // A form that was refused is shown at the address it was sent to; in another language the page it stood on is meant.
        var path =
            HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? http.Request.Path.Value! : $"/{lang}";
        return new(
            lang,
            path.TrimEnd('/'),
            http.Request.QueryString.Value ?? "",
            sections.Value?.Items ?? [],
            http.RequestServices.GetRequiredService<Ingredients>())
        {
            Zone = http.RequestServices.GetRequiredService<TimeZoneInfo>(),
        };
    }
}

/// <summary>The parts of pages that may be missing; what a reader is told of each is in the texts under <c>Missing.{part}</c>.</summary>
public static class Part
{
    public const string
        Sections = "Sections",
        News = "News",
        Featured = "Featured",
        Discussed = "Discussed",
        Rates = "Rates",
        Chart = "Chart",
        Converter = "Converter",
        States = "States",
        Links = "Links", Article = "Article", Head = "Head", Comments = "Comments", Archive = "Archive", Feedback = "Feedback";
}

/// <summary>A page on its way out.</summary>
public static class Pages
{
    /// <summary>Renders a page; it is kept by the gateway where nothing of it is missing and its status is 200.</summary>
    public static RazorComponentResult Show<TPage>(this HttpContext http, Frame frame, object? parameters = null, int status = 200)
    {
        if (status == 200) frame.Ingredients.Label(http.Response);
        else http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentLanguage = frame.Lang;
        var all = new RouteValueDictionary(parameters) { ["Frame"] = frame };
        return new RazorComponentResult(typeof(TPage), all) { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>The page in place of one that cannot be shown, because of what its main part answered.</summary>
    public static RazorComponentResult Trouble(this HttpContext http, Frame frame, HttpStatusCode status)
    {
        if ((int)status >= 500) http.Response.Headers.RetryAfter = "10";
        var shown = status switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.InternalServerError => (int)status,
            >= HttpStatusCode.InternalServerError => 503,
            HttpStatusCode.TooManyRequests => 429,
            _ => 404,
        };
        return http.Show<TroublePage>(frame, new { Status = shown }, shown);
    }
}
