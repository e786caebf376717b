using CsCheck;
using Portal.Console.Editing;
using Xunit;

namespace Unit.Portal;

/// <summary>Two versions of a text are merged by paragraphs.</summary>
public class ParagraphMergeTests
{
    [Fact]
    public void Changes_of_different_paragraphs_are_both_kept()
    {
        const string Earlier = "One\n\nTwo\n\nThree";
        Assert.Equal("Uno\n\nDos\n\nThree", Merge(Earlier, "Uno\n\nTwo\n\nThree", "One\n\nDos\n\nThree"));
        Assert.Equal("Uno\n\nTwo\n\nThree, too", Merge(Earlier, "Uno\n\nTwo\n\nThree", "One\n\nTwo\n\nThree, too"));
        Assert.Equal("Zero\n\nOne\n\nTwo\n\nThree\n\nFour", Merge(Earlier, $"Zero\n\n{Earlier}", $"{Earlier}\n\nFour"));
    }

    [Fact]
    public void The_same_paragraph_changed_by_both_is_a_conflict()
    {
        var parts = ParagraphMerge.Of("One\n\nTwo\n\nThree", "One\n\nMine\n\nThree", "One\n\nTheirs\n\nThree");
        var conflict = Assert.Single(parts, p => p.IsConflict);
        Assert.Equal(("Mine\n\n", "Theirs\n\n"), (conflict.Mine, conflict.Theirs));
        Assert.Equal("One\n\nMine\n\nThree", Text(parts));
        conflict.Choice = MergeChoice.Theirs;
        Assert.Equal("One\n\nTheirs\n\nThree", Text(parts));
        conflict.Choice = MergeChoice.Both;
        Assert.Equal("One\n\nMine\n\nTheirs\n\nThree", Text(parts));
    }

    [Fact]
    public void A_paragraph_that_one_person_changed_and_the_other_removed_is_a_conflict() =>
        Assert.Contains(ParagraphMerge.Of("One\n\nTwo", "One", "One\n\nTwo, changed"), p => p.IsConflict);

    [Fact]
    public void Both_texts_that_were_added_at_the_same_place_are_a_conflict() =>
        Assert.Contains(
            ParagraphMerge.Of("One", "One\n\nMine", "One\n\nTheirs"), p => p is { IsConflict: true, Mine: "Mine", Theirs: "Theirs" });

    [Fact]
    public void HTML_is_merged_by_blocks() =>
        Assert.Equal(
            "<h2>A</h2><p>Mine</p><ul><li>x</li></ul><p>Theirs</p>",
            Merge(
                "<h2>A</h2><p>One</p><ul><li>x</li></ul><p>Two</p>",
                "<h2>A</h2><p>Mine</p><ul><li>x</li></ul><p>Two</p>",
                "<h2>A</h2><p>One</p><ul><li>x</li></ul><p>Theirs</p>"));

    [Fact]
    public void A_change_of_one_person_alone_is_taken_as_it_is()
    {
        const string Earlier = "One\n\n    code\n\n\n    more\n\nTwo\n", Changed = "One!\n\n    code\n\n\n    more\n\nTwo\n";
        Assert.Equal(Changed, Merge(Earlier, Changed, Earlier));
        Assert.Equal(Changed, Merge(Earlier, Earlier, Changed));
        Assert.Equal(Changed, Merge(Earlier, Changed, Changed));
    }

    /// <summary>For any changes, choosing one person everywhere gives that person's text, and no paragraph gets lost.</summary>
    [Fact]
    public void The_parts_contain_both_texts_completely()
    {
        string[] words = ["One", "Two", "Three", "Four"];
        var text = Gen.Int[0, words.Length - 1].Select(i => words[i]).Array[0, 8].Select(p => string.Join("\n\n", p));
        Gen.Select(text, text, text).Sample((earlier, mine, theirs) =>
        {
            var parts = ParagraphMerge.Of(earlier, mine, theirs);
            Assert.Equal(mine, string.Concat(parts.Select(p => p.Mine)));
            Assert.Equal(theirs, string.Concat(parts.Select(p => p.Theirs)));
            Assert.Equal(mine, Merge(earlier, mine, earlier).TrimEnd());
            Assert.Equal(theirs, Merge(earlier, earlier, theirs).TrimEnd());
        });
    }

    private static string Merge(string earlier, string mine, string theirs) => Text(ParagraphMerge.Of(earlier, mine, theirs));

    private static string Text(IEnumerable<MergePart> parts) => ParagraphMerge.Join(parts.Select(p => p.Result));
}
