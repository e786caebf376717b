using Articles.Publishing;
using Articles.Search;
using Articles.Texts;
using Platform.Web;


namespace Articles.Reading;

/// <summary>
/// <c>GET /api/archive?section=&amp;lang=&amp;month=&amp;timeZone=</c>: Returns the number of articles published in each month, newest
/// first. With <c>month=2026-01</c>, it returns the number for each day of that month. Days and months are those of <c>timeZone</c>, for
/// example Asia/Shanghai (UTC if absent). With <c>lang</c>, only articles in that language are counted.
/// </summary>
public static class Archive
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/archive", async (
            string? section,
            string? lang,
            string? month,
            string? timeZone,
            HttpContext http,
            SearchDatabase search,
            CancellationToken ct) =>
        {
            var (where, arguments) = (new List<string> { "true" }, new List<object>());
            var zone = CalendarZone.Of(timeZone);
            void And(string sql, object value)
            {
                arguments.Add(value);
                where.Add($"{sql}${arguments.Count}");
            }

            if (section is not null) And("section = ", section);
            if (Language.Requested(lang) is { } language) And("langs @> ", new[] { language });
            if (month is not null)
            {
                if (ValidDates.Month(month) is not { } first) throw new Malformed("month", "must be a month such as 2026-01");
                And("published_at >= ", CalendarZone.Midnight(first, zone));
                And("published_at < ", CalendarZone.Midnight(first.AddMonths(1), zone));
            }
            var conditions = string.Join(" and ", where);
            arguments.Add(zone.Id);
            var counted = await search.Read(
                $"""
                select to_char(published_at at time zone ${arguments.Count}, '{(month is null ? "YYYY-MM" : "YYYY-MM-DD")}') as period,
                    count(*) from {ArticleIndexProjection.Table}
                where {conditions} group by 1 order by 1 desc
                """, r => new ArchiveItem(r.GetString(0), r.GetInt64(1)), ct, arguments);
            http.Response.TagWithKeys(SurrogateKey.Articles);
            return Responses.WithETag(new { items = counted });
        }).AllowAnonymous();
}

/// <summary>A month or a day, and the number of articles published in it.</summary>
public sealed record ArchiveItem(string Period, long Articles);
