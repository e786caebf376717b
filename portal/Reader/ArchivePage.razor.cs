using System.Net;
using Platform.Web;

namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/archive</c> lists the months with the number of their articles; <c>/{lang}/archive/2026-01</c> lists the articles of a month.
/// </summary>
public partial class ArchivePage
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet($"/{ReaderSite.Lang}/archive/{{month?}}", async (
        string lang,
        string? month,
        string? cursor,
        HttpContext http,
        Backends backends,
        TimeZoneInfo zone,
        CancellationToken ct) =>
    {
        var months = backends.Read<Listed<ArchiveItem>>(Part.Archive, Url.With("/api/archive", ("timeZone", zone.Id)), ct);
        var frame = await Frame.Load(http, lang, backends, ct);
        if (month is null)
            return (await months).Value is null
                ? http.ShowError(frame, (await months).Status)
                : http.Show<ArchivePage>(frame, new { Months = await months });
        if (ValidDates.Month(month) is not { } first) return http.ShowError(frame, HttpStatusCode.NotFound);
        var last = first.AddMonths(1).AddDays(-1);
        var address = Url.With(
            "/api/articles",
            ("lang", lang),
            ("from", Format.Iso(first)),
            ("to", Format.Iso(last)),
            ("timeZone", zone.Id),
            ("limit", "50"),
            ("cursor", cursor));
        var articles = await backends.Read<Listed<ArticleItem>>(Part.News, address, ct);
        return articles.Value is null
            ? http.ShowError(frame, articles.Status)
            : http.Show<ArchivePage>(frame, new { Months = await months, Month = month, Articles = articles });
    });
}
