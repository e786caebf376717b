using Articles.Workflow;
using Kit;
using Xunit;
using static Unit.Articles.A;
using static Unit.Articles.People;

namespace Unit.Articles;

public class AddNoteTests
{
    private static readonly Guid Id = Some.Id();
    private static readonly NoteAdded Added = new(Id, "Check the date.", "ann", Noon);

    [Fact]
    public void A_note_is_added() => Spec<DraftNotes>.Given().When(new AddNote(Id, "Check the date.", Ann, Noon).Decide).Then(Added);

    [Fact]
    public void A_repeated_request_adds_no_other_note() =>
        Spec<DraftNotes>.Given(Added).When(new AddNote(Id, "Check the date.", Ann, Later).Decide).ThenNothing();

    [Fact]
    public void An_id_cannot_be_used_for_another_note()
    {
        Spec<DraftNotes>.Given(Added).When(new AddNote(Id, "Check the name.", Ann, Later).Decide).ThenRejected("another note");
        Spec<DraftNotes>.Given(Added).When(new AddNote(Id, "Check the date.", Ben, Later).Decide).ThenRejected("another note");
    }

    [Fact]
    public void An_article_has_at_most_500_notes()
    {
        object[] notes = [.. Enumerable.Range(0, 500).Select(_ => Added with { Id = Some.Id() })];
        Spec<DraftNotes>.Given(notes).When(new AddNote(Id, "Check the date.", Ann, Noon).Decide).ThenRejected("limit");
    }
}
