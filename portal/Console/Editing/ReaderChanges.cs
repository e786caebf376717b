namespace Portal.Console.Editing;

/// <summary>
/// The changes that readers will see: withdrawn and added languages, changed fields of the other languages, and changed fields that do not
/// depend on the language.
/// </summary>
public sealed record ReaderChanges(
    IReadOnlyList<string> Withdrawn,
    IReadOnlyList<string> Added,
    IReadOnlyList<LanguageChange> Changed,
    IReadOnlyList<FieldDiff> Facts)
{
    /// <summary>Whether readers will see no change.</summary>
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

    // Every language has a title. If the whole title was deleted or inserted, so was the language.
    private static IEnumerable<string> Titles(DiffView diff, string change) =>
        diff.Fields.Where(f => f is { Field: "title", Lang: not null } && f.Runs.All(r => r.Change == change)).Select(f => f.Lang!);
}

/// <summary>The fields that differ in one language.</summary>
public sealed record LanguageChange(string Lang, IReadOnlyList<string> Fields);
