using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>Marks a note on a draft as done.</summary>
public sealed record ResolveNote(Guid Id, Person By, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(DraftNotes? notes)
    {
        var note = notes?.Notes.FirstOrDefault(n => n.Id == Id) ?? throw new NotFound("The article has no note with this id.");
        if (note.ResolvedAt is null) yield return new NoteResolved(Id, By.Name, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/notes/{note:guid}/resolve", async (
            Guid id,
            Guid note,
            HttpContext http,
            IQuerySession session,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                var person = Person.Of(http);
                person.RequireReading(await NoteList.Article(session, id, ct));
                var decision = await decider.Decide<DraftNotes>(
                    Streams.Notes(id), new ResolveNote(note, person, clock.Now()).Decide, ct);
                return decision.Written(http, $"/api/articles/{id}/notes");
            }).Requires(Roles.Newsroom);
}
