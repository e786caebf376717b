using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// Deletes a picture from the library. If articles use it, this is rejected unless <c>force=true</c>; the articles are then shown without
/// it. Its files are removed later.
/// </summary>
public sealed record DeleteMedia(int Articles, bool Force)
{
    public IEnumerable<object> Decide(MediaItem? item)
    {
        if (item is null) throw new NotFound("There is no picture with this id.");
        if (item.Original is null) yield break;
        if (Articles > 0 && !Force)
            throw new Rejected(
                $"The picture is used in {(Articles == 1 ? "1 article" : $"{Articles} articles")}. GET /api/media/{{id}}/usage lists them. "
                + "Send force=true to delete it all the same.");
        yield return new MediaDeleted();
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("/api/media/{id:guid}", async (
            Guid id, bool? force, IfMatch seen, HttpContext http, MediaUsage usage, Decider decider, CancellationToken ct) =>
            {
                var articles = await usage.Count(id, ct);
                var decision = await decider.Decide<MediaItem>(
                    Streams.Media(id),
                    seen.Expected,
                    new DeleteMedia(articles, force == true).Decide,
                    (session, _, _, token) => session.AlsoDecide<MediaRenditions>(Streams.Renditions(id), MediaRenditions.Discard, token),
                    ct);
                http.Response.TagWithKeys(SurrogateKey.Media(id));
                return decision.Written(http, $"/api/media/{id}");
            }).Requires(Roles.Publishing);
}
