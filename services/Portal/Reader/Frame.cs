using Microsoft.AspNetCore.Http.HttpResults;

namespace Portal.Reader;

/// <summary>What stands around every page: its language and address, the sections, and what is missing.</summary>
public sealed record Frame(string Lang, string Path, string Query, IReadOnlyList<SectionItem> Sections, Ingredients Ingredients)
{
    /// <summary>The page's addresses in other languages, where they are more than another first segment.</summary>
    public IReadOnlyDictionary<string, string> Alternates { get; init; } = new Dictionary<string, string>();

    /// <summary>An address of this site in the page's language.</summary>
    public string To(string rest = "") => Url.To(Lang, rest);

    /// <summary>This page in another language.</summary>
    public string In(string lang) => Alternates.GetValueOrDefault(lang) ?? $"/{lang}{Path[(Lang.Length + 1)..]}{Query}";

    public static async Task<Frame> Load(HttpContext http, string lang, Backends backends, CancellationToken ct)
    {
        var sections = await backends.Read<Listed<SectionItem>>("sections", "/api/sections", ct);
        return new(lang, http.Request.Path, http.Request.QueryString.Value ?? "", sections.Value?.Items ?? [], http.RequestServices.GetRequiredService<Ingredients>());
    }
}

/// <summary>A page on its way out.</summary>
public static class Pages
{
    /// <summary>Renders a page whose only parameter is its frame, and others.</summary>
    public static RazorComponentResult Show<TPage>(this HttpContext http, Frame frame, object? parameters = null, int status = 200)
    {
        frame.Ingredients.Label(http.Response);
        var all = new RouteValueDictionary(parameters) { ["Frame"] = frame };
        return new RazorComponentResult(typeof(TPage), all) { StatusCode = status, PreventStreamingRendering = true };
    }
}
