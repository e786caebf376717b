namespace Portal.Console.Editing;

/// <summary>What readers will see change: languages that are withdrawn or new, the fields of those that stay, and the facts.</summary>
public sealed record ReaderChanges(
    IReadOnlyList<string> Withdrawn,
    IReadOnlyList<string> Added,
    IReadOnlyList<LanguageChange> Changed,
    IReadOnlyList<FieldDiff> Facts)
{
    /// <summary>Whether readers see the same as before.</summary>
    public bool IsNothing => Withdrawn.Count + Added.Count + Changed.Count + Facts.Count == 0;

    public static ReaderChanges Of(DiffView diff)
    {
        string[] withdrawn = [.. Titles(diff, "deleted")], added = [.. Titles(diff, "inserted")];
        return new(
            withdrawn,
            added,
            [.. diff.Fields.Where(f => f.Lang is not null && !withdrawn.Contains(f.Lang) && !added.Contains(f.Lang)).GroupBy(f => f.Lang!)
                .Select(g => new LanguageChange(g.Key, [.. g.Select(f => f.Field)]))],
            [.. diff.Fields.Where(f => f.Lang is null)]);
    }

    // Every text has a title: where all of it is gone, or all of it is new, so is the language.
    private static IEnumerable<string> Titles(DiffView diff, string change) =>
        diff.Fields.Where(f => f is { Field: "title", Lang: not null } && f.Runs.All(r => r.Change == change)).Select(f => f.Lang!);
}

/// <summary>The fields that differ in one language.</summary>
public sealed record LanguageChange(string Lang, IReadOnlyList<string> Fields);
