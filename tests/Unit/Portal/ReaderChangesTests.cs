using Portal.Console.Editing;
using Xunit;

namespace Unit.Portal;

/// <summary>The summary of changes that an editor confirms before readers see them.</summary>
public class ReaderChangesTests
{
    [Fact]
    public void Added_and_withdrawn_languages_are_distinguished_from_changed_ones()
    {
        var changes = ReaderChanges.Of(new DiffView(3, 9, [
            Field("tags", null, ("deleted", "icrc")), Field("author", null, ("inserted", "Ann")),
            Field("title", "en", ("equal", "The council "), ("inserted", "met")),
            Field("body", "en", ("deleted", "Old"), ("inserted", "New")),
            Field("title", "ru", ("deleted", "Совет")), Field("body", "ru", ("deleted", "Текст")),
            Field("cover.alt", "ru", ("deleted", "Зал")),
            Field("title", "zh", ("inserted", "理事会")), Field("body", "zh", ("inserted", "正文")),
        ]));

        Assert.Equal(["ru"], changes.Withdrawn);
        Assert.Equal(["zh"], changes.Added);
        Assert.Equal("en", Assert.Single(changes.Changed).Lang);
        Assert.Equal(["title", "body"], changes.Changed[0].Fields);
        Assert.Equal(["tags", "author"], changes.Facts.Select(f => f.Field));
        Assert.False(changes.IsNothing);
    }

    [Fact]
    public void A_replaced_title_is_a_change_and_not_a_new_language() =>
        Assert.Equal("en", Assert.Single(ReaderChanges
            .Of(new DiffView(1, 2, [Field("title", "en", ("deleted", "A"), ("inserted", "B"))])).Changed).Lang);

    [Fact]
    public void Without_a_difference_readers_see_no_change() => Assert.True(ReaderChanges.Of(new DiffView(1, 2, [])).IsNothing);

    private static FieldDiff Field(string field, string? lang, params (string Change, string Text)[] runs) =>
        new(field, lang, [.. runs.Select(r => new DiffRun(r.Change, r.Text))]);
}
