using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// <c>POST /api/articles/{id}/reads</c>: Counts that an article was read. The page of the article sends it once in a browser tab, after the
/// article was visible for some time. The request contains nothing about the reader, and only the number of reads of a day is stored.
/// </summary>
public static class CountRead
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/reads", async (Guid id, ReadCounts counts, CancellationToken ct) =>
        {
            if (!await counts.Count(id, ct)) throw new NotFound($"There is no published article {id}.");
            return TypedResults.NoContent();
        }).AllowAnonymous();
}
