using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;
using static Unit.Articles.People;

namespace Unit.Articles;

public class ResolveNoteTests
{
    private static readonly Guid Id = Some.Id();
    private static readonly NoteAdded Added = new(Id, "Check the date.", "ann", Noon);

    [Fact]
    public void A_note_is_marked_as_done()
    {
        Spec<DraftNotes>.Given(Added).When(new ResolveNote(Id, Ben, Later).Decide).Then(new NoteResolved(Id, "ben", Later));
        var note = new DraftNotes().Evolve(Added).Evolve(new NoteResolved(Id, "ben", Later)).Notes.Single();
        Assert.Equal(("ann", "ben", Later), (note.By, note.ResolvedBy, note.ResolvedAt));
    }

    [Fact]
    public void A_note_that_is_done_stays_as_it_is() =>
        Spec<DraftNotes>.Given(Added, new NoteResolved(Id, "ben", Later)).When(new ResolveNote(Id, Ann, Later).Decide).ThenNothing();

    [Fact]
    public void An_unknown_note_cannot_be_marked_as_done() =>
        Spec<DraftNotes>.Given().When(new ResolveNote(Id, Ann, Later).Decide).ThenThrows<NotFound>("no note");
}
