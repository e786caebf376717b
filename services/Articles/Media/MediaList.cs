using Articles.Publishing;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.Web;

namespace Articles.Media;

/// <summary>
/// <c>GET /api/media?q=&amp;unused=</c>: Lists the pictures of the library for editors, newest first. <c>q</c> is a part of the name, the
/// credit, an alternative text or a caption. With <c>unused=true</c>, only pictures that no article uses are listed.
/// </summary>
public static class MediaList
{
    private const string Words = "concat_ws(' ', d.data ->> 'name', d.data -> 'description') ilike ?";
    private const string Unused =
        $"not exists (select from {MediaReferencesProjection.Table} r where r.media_id = substr(d.id, length('media-') + 1)::uuid)";

    private sealed record Key(DateTimeOffset UploadedAt, string Id);

    public static void Configure(StoreOptions store) => store.Schema.For<MediaItem>()
        .Duplicate(m => m.UploadedAt)
        .Index(m => new { m.UploadedAt, m.Id });

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/media", async (string? q, bool? unused, Paging paging, IQuerySession session, CancellationToken ct) =>
        {
            if (q is not null && q.Trim().Length is 0 or > 200) throw new Malformed("q", "must be 1..200 characters");
            IQueryable<MediaItem> query = session.Query<MediaItem>().Where(m => m.MatchesSql("jsonb_exists(d.data, 'original')"));
            if (q is not null) query = query.Where(m => m.MatchesSql(Words, $"%{EditorsList.EscapePattern(q.Trim())}%"));
            if (unused == true) query = query.Where(m => m.MatchesSql(Unused));
            if (paging.After<Key>() is { } after)
                query = query.Where(m => m.MatchesSql("(d.uploaded_at, d.id) < (?, ?)", after.UploadedAt, after.Id));
            var rows = await query.OrderByDescending(m => m.UploadedAt).ThenByDescending(m => m.Id).Take(paging.Limit + 1).ToListAsync(ct);
            var streams = rows.Select(r => Streams.Renditions(Streams.MediaId(r.Id)));
            var renditions = (await session.LoadManyAsync<MediaRenditions>(ct, streams)).ToDictionary(r => Streams.MediaId(r.Id));
            return Results.Ok(paging.Page(
                rows,
                r => new Key(r.UploadedAt!.Value, r.Id),
                r => MediaView.Of(r, renditions.GetValueOrDefault(Streams.MediaId(r.Id)))));
        }).Produces<Page<MediaView>>().Requires(Roles.Newsroom);
}
