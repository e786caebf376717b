using Platform.EventSourcing;
using Platform.Web;


namespace Articles.Links;

/// <summary>Removes an entry from the directory of links.</summary>
public sealed record RemoveLink
{
    public IEnumerable<object> Decide(Link? link)
    {
        if (link?.Entry is not null) yield return new LinkRemoved();
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("/api/links/{key}", async (string key, IfMatch seen, HttpContext http, Decider decider, CancellationToken ct) =>
        {
            var decision = await decider.Decide<Link>(Streams.Link(key), seen.Expected, new RemoveLink().Decide, ct);
            http.Response.TagWithKeys(SurrogateKey.Links);
            return decision.Written(http, "/api/links");
        }).Requires(Roles.Editor);
}
