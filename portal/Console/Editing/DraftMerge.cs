namespace Portal.Console.Editing;

/// <summary>
/// A field of the form that differs between the two versions, in parts. Only bodies have more than one part, and only of them can both
/// texts be kept, one after the other.
/// </summary>
public sealed record MergedField(string Name, IReadOnlyList<MergePart> Parts, bool AllowsBoth)
{
    /// <summary>The language of the field; null if it does not depend on a language.</summary>
    public string? Lang => Name.Contains('.', StringComparison.Ordinal) ? Name.Split('.')[0] : null;

    /// <summary>The name of the field in comparisons of versions.</summary>
    public string Label => Name.Split('.')[^1] switch { "alt" => "cover.alt", "coverUrl" => "cover", var name => name };

    public string Text => ParagraphMerge.Join(Parts.Select(p => p.Result));
}

/// <summary>
/// The draft of this page and the stored draft, compared with the version on which the page is based: the fields that differ, and the
/// choices that the editor makes.
/// </summary>
public sealed class DraftMerge
{
    private static readonly string[] Facts = ["section", "tags", "occurredOn", "author", "source", "coverUrl"];
    private static readonly string[] Texts = ["title", "lead", "slug", "body", "format", "alt"];

    private readonly ArticleForm _earlier, _mine, _theirs;
    private readonly string _compared;

    private DraftMerge(ArticleForm earlier, ArticleForm mine, ArticleForm theirs)
    {
        (_earlier, _mine, _theirs, _compared) = (earlier, mine, theirs, mine.Serialized);
        Fields = [.. Facts.Concat(Languages.All.SelectMany(l => Texts.Select(t => $"{l}.{t}"))).Select(Compare).OfType<MergedField>()];
    }

    /// <summary>The fields that differ, in the order of the form.</summary>
    public IReadOnlyList<MergedField> Fields { get; }

    /// <summary>Whether the form of this page is still as it was compared.</summary>
    public bool IsCurrent => _mine.Serialized == _compared;

    /// <summary>Whether both people changed the same part of a field.</summary>
    public bool HasConflicts => Fields.Any(f => f.Parts.Any(p => p.IsConflict));

    public static DraftMerge Of(DraftContent earlier, ArticleForm mine, DraftContent theirs) =>
        new(ArticleForm.Of(earlier), mine, ArticleForm.Of(theirs));

    /// <summary>
    /// Writes the choices into the form of this page. Related articles are those of the person who changed them, or those of this page if
    /// both did.
    /// </summary>
    public void Apply()
    {
        var keepsRelated = !_mine.Related.SequenceEqual(_earlier.Related);
        foreach (var field in Fields)
        {
            // Markdown and HTML are not mixed: such a body is taken from one person, with its format.
            if (IsBody(field.Name) && field.Parts is [{ Choice: MergeChoice.Theirs }])
                _mine[FormatOf(field.Name)] = _theirs[FormatOf(field.Name)];
            _mine[field.Name] = field.Text;
        }
        if (keepsRelated) return;
        _mine.Related.Clear();
        _mine.Related.AddRange(_theirs.Related);
    }

    private MergedField? Compare(string name)
    {
        var (earlier, mine, theirs) = (_earlier[name] ?? "", _mine[name] ?? "", _theirs[name] ?? "");
        if (mine == theirs || (name.EndsWith(".format", StringComparison.Ordinal) && BodyDiffers(name))) return null;
        var inParts = IsBody(name) && new[] { _mine, _theirs }.All(f => f[FormatOf(name)] == _earlier[FormatOf(name)]);
        return new(name, inParts ? ParagraphMerge.Of(earlier, mine, theirs) : [new(earlier, mine, theirs)], inParts);
    }

    private bool BodyDiffers(string format) => _mine[$"{format.Split('.')[0]}.body"] != _theirs[$"{format.Split('.')[0]}.body"];

    private static bool IsBody(string name) => name.EndsWith(".body", StringComparison.Ordinal);

    private static string FormatOf(string body) => $"{body.Split('.')[0]}.format";
}
