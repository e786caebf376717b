using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Links;

/// <summary>
/// <c>GET /api/links?lang=&amp;asOf=</c>: Lists the bodies of the organisation whose entries are valid on a day, which is today by default.
/// To change an entry, send its <c>version</c> as If-Match.
/// </summary>
public static class LinkList
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/links", async (
            string? lang, DateOnly? asOf, HttpContext http, TimeProvider clock, IQuerySession session, CancellationToken ct) =>
            {
                var language = Language.OrDefault(lang);
                var day = asOf ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
                var links = (await session.Query<Link>().ToListAsync(ct))
                    .Where(l => l.Entry is { } entry && !(entry.From > day) && !(entry.Until < day))
                    .OrderBy(l => l.Entry!.Order).ThenBy(l => l.Id, StringComparer.Ordinal);
                http.Response.TagWithKeys(SurrogateKey.Links);
                return Responses.WithETag(new LinksView(
                    day,
                    [
                        .. links.Select(l => new LinkItem(
                            l.Id["link-".Length..],
                            l.Entry!.Names[language],
                            l.Entry.Url,
                            l.Entry.From,
                            l.Entry.Until,
                            l.Version)),
                    ]));
            }).AllowAnonymous();
}

/// <summary>The directory of links on a day.</summary>
public sealed record LinksView(DateOnly AsOf, IReadOnlyList<LinkItem> Items);

/// <summary>One body of the organisation, with its name in the requested language.</summary>
public sealed record LinkItem(
    string Key,
    string Name,
    string Url,
    DateOnly? From,
    DateOnly? Until,
    long Version);
