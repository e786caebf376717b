using Marten;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>Lists all sections in their order.</summary>
public static class SectionList
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/sections", async (HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            http.Response.TagWithKeys(SurrogateKey.Sections);
            var sections = await session.Query<Section>().OrderBy(s => s.Order).ThenBy(s => s.Id).ToListAsync(ct);
            return new
            {
                items = sections.Select(s => new SectionItem(s.Id["section-".Length..], s.Order, s.Names)
                {
                    FourEyes = s.FourEyes == true ? true : null,
                })
            };
        }).AllowAnonymous();
}

/// <summary>
/// One section: its key in addresses and filters, its position, and its names by language. <c>fourEyes</c> is true if each publication
/// requires two persons, and absent otherwise.
/// </summary>
public sealed record SectionItem(string Key, int Order, IReadOnlyDictionary<string, string> Names)
{
    public bool? FourEyes { get; init; }
}
