using Portal.Console.Editing;
using Xunit;

namespace Unit.Portal;

/// <summary>The draft of a page and the draft that a colleague has stored meanwhile are merged field by field.</summary>
public class DraftMergeTests
{
    private static readonly DraftContent Earlier = Draft("Title", "One\n\nTwo");

    [Fact]
    public void Changes_of_different_fields_and_paragraphs_are_both_taken()
    {
        var mine = ArticleForm.Of(Draft("My title", "Uno\n\nTwo"));
        var merge = DraftMerge.Of(Earlier, mine, Draft("Title", "One\n\nDos") with { Author = "Ann", Related = [Guid.Empty] });
        Assert.False(merge.HasConflicts);
        Assert.Equal(["author", "en.title", "en.body"], merge.Fields.Select(f => f.Name));
        merge.Apply();
        Assert.Equal(("My title", "Uno\n\nDos", "Ann"), (mine.Texts["en"].Title, mine.Texts["en"].Body, mine.Author));
        Assert.Equal([Guid.Empty], mine.Related);
    }

    [Fact]
    public void A_choice_decides_a_field_that_both_changed()
    {
        var mine = ArticleForm.Of(Draft("My title", "One\n\nTwo"));
        var merge = DraftMerge.Of(Earlier, mine, Draft("Their title", "One\n\nTwo"));
        Assert.True(merge.HasConflicts);
        var title = Assert.Single(merge.Fields);
        Assert.Equal(("en", "title", false), (title.Lang, title.Label, title.AllowsBoth));
        Assert.Single(title.Parts).Choice = MergeChoice.Theirs;
        merge.Apply();
        Assert.Equal("Their title", mine.Texts["en"].Title);
    }

    [Fact]
    public void A_body_of_another_format_is_taken_as_a_whole_with_its_format()
    {
        var html = Draft("Title", "One\n\nTwo") with
        {
            Texts = new Dictionary<string, DraftText> { ["en"] = new("Title", "", "title", "<p>Theirs</p>") },
        };
        var mine = ArticleForm.Of(Earlier);
        var merge = DraftMerge.Of(Earlier, mine, html);
        Assert.Equal(["en.body"], merge.Fields.Select(f => f.Name));
        merge.Apply();
        Assert.Equal(("<p>Theirs</p>", TextForm.Html), (mine.Texts["en"].Body, mine.Texts["en"].Format));

        var changed = ArticleForm.Of(Draft("Title", "One\n\nMine"));
        DraftMerge.Of(Earlier, changed, html).Apply(); // both changed the body, and mine is kept until I choose theirs
        Assert.Equal(("One\n\nMine", TextForm.Markdown), (changed.Texts["en"].Body, changed.Texts["en"].Format));
    }

    [Fact]
    public void Text_that_is_typed_after_the_comparison_is_noticed()
    {
        var mine = ArticleForm.Of(Draft("My title", "One\n\nTwo"));
        var merge = DraftMerge.Of(Earlier, mine, Draft("Their title", "One\n\nTwo"));
        Assert.True(merge.IsCurrent);
        mine.Texts["en"].Lead = "More";
        Assert.False(merge.IsCurrent);
    }

    private static DraftContent Draft(string title, string body) => new(
        "news", [], null, null, null, new Dictionary<string, DraftText> { ["en"] = new(title, "", "title", $"<p>{body}</p>", body) });
}
