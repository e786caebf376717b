using System.ComponentModel.DataAnnotations;
using Articles.Texts;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>
/// Adds a note to the draft of an article. Readers never see it. The client chooses its id, so a repeated request adds no other.
/// </summary>
public sealed record AddNote(Guid Id, string Text, Person By, DateTimeOffset Now)
{
    private const int MaxNotes = 500;

    public IEnumerable<object> Decide(DraftNotes? notes)
    {
        if (notes?.Notes.FirstOrDefault(n => n.Id == Id) is { } known)
        {
            if (known.Text != Text || known.By != By.Name) throw new Rejected("There is another note with this id. Choose a new id.");
            yield break;
        }
        if (notes?.Notes.Count >= MaxNotes) throw new Rejected($"The article has {MaxNotes} notes already, which is the limit.");
        yield return new NoteAdded(Id, Text, By.Name, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/articles/{id:guid}/notes/{note:guid}", async (
            Guid id,
            Guid note,
            NoteRequest request,
            HttpContext http,
            IQuerySession session,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                var person = Person.Of(http);
                person.RequireReading(await NoteList.Article(session, id, ct));
                var decision = await decider.Decide<DraftNotes>(
                    Streams.Notes(id), new AddNote(note, PlainText.Xml(request.Text.Trim()), person, clock.Now()).Decide, ct);
                return decision.Written(http, $"/api/articles/{id}/notes");
            }).Requires(Roles.Newsroom);
}

/// <summary><c>text</c> is plain text.</summary>
public sealed record NoteRequest([property: Required, Visible, StringLength(2000, MinimumLength = 1)] string Text);
