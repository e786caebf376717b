using Marten;
using Platform.Web;

namespace Articles.Workflow;

/// <summary><c>GET /api/articles/{id}/notes</c>: Lists the notes on the drafts of an article, oldest first.</summary>
public static class NoteList
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/notes", async (Guid id, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            Person.Of(http).RequireReading(await Article(session, id, ct));
            var notes = await session.LoadAsync<DraftNotes>(Streams.Notes(id), ct);
            return new
            {
                items = (notes?.Notes ?? []).Select(n => new NoteItem(n.Id, n.Text, n.By, n.At)
                {
                    ResolvedBy = n.ResolvedBy,
                    ResolvedAt = n.ResolvedAt,
                }),
            };
        }).Requires(Roles.Newsroom);

    /// <exception cref="NotFound">There is no such article.</exception>
    internal static async Task<Publishing.Article> Article(IQuerySession session, Guid id, CancellationToken ct) =>
        await session.LoadAsync<Publishing.Article>(Streams.Article(id), ct) ?? throw new NotFound("There is no article with this id.");
}

/// <summary>A note by a colleague. <c>resolvedBy</c> and <c>resolvedAt</c> are present if it was marked as done.</summary>
public sealed record NoteItem(Guid Id, string Text, string By, DateTimeOffset At)
{
    public string? ResolvedBy { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
}
